/** `listSyncs`: the syncs of an organization that a filter takes, as compact columns. */
import { Context } from '@temporalio/activity';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { ListedSyncs, ListSyncsRequest } from '../contracts/list-syncs';
import { listSyncs } from '../executions/listed-syncs';
import { parseListSyncsRequest } from '../inputs/list-syncs-request';
import { createSelection, type ListedSync } from '../rules/selection';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';

/** Rows beyond this budget wait for the next call; leaves room below the limit of a payload. */
const largestAnswerBytes = 200 * 1024;

/** Makes the activity. All pages are read, each row once, as lists ordered by their last change can repeat rows. */
export function createListSyncs(deps: ActivityDependencies): CompositeActivities['listSyncs'] {
  return async (input) => {
    const request = parseListSyncsRequest(input);
    const organization = organizationOf(deps, request.organization);
    requireSteps(organization, request.kind, ['list']);
    const { rows, complete } = await readAll(organization, request);
    return toColumns(rows, request.after ?? '', complete);
  };
}

async function readAll(
  { client }: Organization,
  { kind, filter, shard }: ListSyncsRequest,
): Promise<{ rows: ListedSync[]; complete: boolean }> {
  const context = Context.current();
  const selected = createSelection(filter, shard);
  const rows: ListedSync[] = [];
  let complete = false;
  for await (const page of listSyncs(kind, client, { signal: context.cancellationSignal })) {
    context.heartbeat(rows.length);
    rows.push(...page.items.filter(selected));
    ({ complete } = page);
  }
  return { rows: rows.sort((one, other) => (one.id < other.id ? -1 : 1)), complete };
}

/** By id, so that the next call goes on where this one ended. */
function toColumns(rows: ListedSync[], after: string, complete: boolean): ListedSyncs {
  const answer: ListedSyncs = {
    ids: [],
    names: [],
    active: [],
    connections: [],
    source: [],
    target: [],
    total: rows.length,
    nextAfter: null,
    missing: [],
    complete,
  };
  const places = new Map<string, number>();
  let bytes = 0;
  for (const row of rows.filter(({ id }) => id > after)) {
    bytes += Buffer.byteLength(JSON.stringify([row.id, row.name])) + 20;
    if (bytes > largestAnswerBytes) return { ...answer, nextAfter: answer.ids.at(-1) ?? null };
    answer.ids.push(row.id);
    answer.names.push(row.name);
    answer.active.push(row.active);
    answer.source.push(placeOf(row.source, places, answer.connections));
    answer.target.push(placeOf(row.target, places, answer.connections));
  }
  return answer;
}

function placeOf(connectionId: string | null, places: Map<string, number>, connections: string[]): number {
  if (connectionId === null) return -1;
  const known = places.get(connectionId);
  if (known !== undefined) return known;
  places.set(connectionId, connections.length);
  return connections.push(connectionId) - 1;
}
