/** `listSyncs`: the syncs of an organization that a filter takes, as compact columns. */
import { Context } from '@temporalio/activity';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { ListedSyncs, ListSyncsRequest } from '../contracts/list-syncs';
import { listSyncs } from '../executions/listed-syncs';
import { InvalidInputError } from '../inputs/invalid-input-error';
import { sleep } from '../polytomic/clock';
import { cutSignedUrls } from '../polytomic/signed-urls';
import { truncateText } from '../rules/quoted';
import { createSelection, listQueryOf, shardOf, type ListedSync } from '../rules/selection';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { retryably } from './retryably';

/** Rows beyond this budget wait for the next call; leaves room below the limit of a payload. */
const largestAnswerBytes = 200 * 1024;
/** Of the first answer, however many ids are missing. */
const leastRowBytes = 40 * 1024;

/** More syncs than this are too many for one workflow; so many are easily run by each of several. */
const mostSyncs = 20_000;
const syncsOfShard = 10_000;

/** Globs are matched for so many syncs at a time, so that no page keeps the rest of the worker waiting. */
const syncsPerTurn = 10;
/** Longer names are cut in the answer, as one name must not fill it. */
const maxNameLength = 255;

/** What the whole list holds for the request. */
interface Found {
  rows: ListedSync[];
  missing: string[];
  complete: boolean;
}

/**
 * Makes the activity. All pages are read, each row once, as lists ordered by their last change can repeat rows. It throws
 * an InvalidInputError where more syncs match than one workflow runs.
 */
export function createListSyncs(deps: ActivityDependencies): CompositeActivities['listSyncs'] {
  return async (request) => {
    const organization = retryably(() => {
      const configured = organizationOf(deps, request.organization, 'listSyncs');
      requireSteps(configured, request.kind, ['list']);
      return configured;
    });
    const found = await readAll(organization, request);
    if (found.rows.length > mostSyncs) throw tooManySyncs(found.rows.length, request);
    return toColumns(found, request.after ?? '');
  };
}

async function readAll({ client }: Organization, { kind, filter, shard }: ListSyncsRequest): Promise<Found> {
  const context = Context.current();
  const selected = createSelection(filter, shard);
  // Each id is missed by the one part that would have run it.
  const missing = new Set(filter.ids?.filter((id) => !shard || shardOf(id, shard.of) === shard.index));
  const rows: ListedSync[] = [];
  let complete = false;
  for await (const page of listSyncs(kind, client, {
    signal: context.cancellationSignal,
    query: listQueryOf(filter),
  })) {
    context.heartbeat(rows.length);
    for (const { id } of page.items) missing.delete(id);
    for (const [index, sync] of page.items.entries()) {
      if (index % syncsPerTurn === 0) await sleep(0, client.clock);
      if (selected(sync)) rows.push({ ...sync, name: truncateText(cutSignedUrls(sync.name), maxNameLength) });
    }
    ({ complete } = page);
  }
  return { rows: rows.sort((one, other) => (one.id < other.id ? -1 : 1)), missing: [...missing], complete };
}

function tooManySyncs(count: number, { shard }: ListSyncsRequest): InvalidInputError {
  const parts = (shard?.of ?? 1) * Math.ceil(count / syncsOfShard);
  const message =
    `${count} syncs match, more than the ${mostSyncs} that one workflow runs; ` +
    `start ${parts} workflows, with shard { index: 0, of: ${parts} } up to { index: ${parts - 1}, of: ${parts} }`;
  return new InvalidInputError('listSyncs', [{ field: 'shard', message }]);
}

/** By id, so that the next call goes on where this one ended. */
function toColumns({ rows, missing, complete }: Found, after: string): ListedSyncs {
  const answer: ListedSyncs = {
    ids: [],
    names: [],
    active: [],
    connections: [],
    source: [],
    target: [],
    total: rows.length,
    nextAfter: null,
    missing: after === '' ? missing : [],
    complete,
  };
  const places = new Map<string, number>();
  let left = Math.max(largestAnswerBytes - bytesOf(answer.missing), leastRowBytes);
  for (const row of rows.filter(({ id }) => id > after)) {
    const unknown = [row.source, row.target].filter((id) => id !== null && !places.has(id));
    left -= bytesOf([row.id, row.name, ...unknown]) + 20;
    if (left < 0) return { ...answer, nextAfter: answer.ids.at(-1) ?? null };
    answer.ids.push(row.id);
    answer.names.push(row.name);
    answer.active.push(row.active);
    answer.source.push(placeOf(row.source, places, answer.connections));
    answer.target.push(placeOf(row.target, places, answer.connections));
  }
  return answer;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

function placeOf(connectionId: string | null, places: Map<string, number>, connections: string[]): number {
  if (connectionId === null) return -1;
  const known = places.get(connectionId);
  if (known !== undefined) return known;
  places.set(connectionId, connections.length);
  return connections.push(connectionId) - 1;
}
