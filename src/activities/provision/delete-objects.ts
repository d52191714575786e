/** `deleteObjects`: deletes what nothing outside the set uses. Never forced, as Polytomic then deletes other people's syncs. */
import { Context } from '@temporalio/activity';
import type {
  DeletedObjects,
  DeleteItem,
  DeleteObjectsRequest,
  ProvisionActivities,
} from '../../contracts/provision-activities';
import type { SetRecord } from '../../contracts/provision-record';
import { isPolytomicError } from '../../polytomic/errors';
import { findUsers, type ObjectUsers } from '../../provisioning/find-users';
import { resourceKinds } from '../../provisioning/kinds';
import { createdSince, isNamesake } from '../../rules/provision/created-since';
import { isSyncKind } from '../../rules/provision/to-objects';
import { organizationOf } from '../allowed';
import type { ActivityDependencies, Organization } from '../dependencies';
import { inParallel } from '../in-parallel';
import { startHeartbeats } from '../heartbeats';
import { toItemFailure } from '../failure';
import { requireOperations } from './require-operations';
import { claimsOf } from './claims';
import { beforeWrite, changeAsHolder, readAsHolder } from './set-activities';
import type { SetRecords } from './set-records';
import { firstRunOf, stopRuns } from './sync-runs';

type Deleted = DeletedObjects[string];

/** Makes the activity. The objects must not use each other: the workflow gives them level by level. */
export function createDeleteObjects(
  deps: ActivityDependencies,
  records: SetRecords,
): ProvisionActivities['deleteObjects'] {
  return async (request) => {
    const context = Context.current();
    const organization = organizationOf(deps, request.organization, 'deleteObjects');
    for (const { kind } of request.items) requireOperations(organization, resourceKinds[kind].operations.delete);
    const stop = startHeartbeats(context, 5_000, () => null, organization.client.clock);
    try {
      const { organization: name, set, token } = request;
      const record = await readAsHolder(records, { organization: name, set, token });
      const needsUsers = request.items.some(({ kind }) => !isSyncKind(kind));
      const users = needsUsers ? await findUsers(organization.client) : new Map<string, ObjectUsers>();
      const { items, maxConcurrent = items.length } = request;
      const entries = await inParallel(
        items,
        maxConcurrent,
        async (item) => [item.key, await deleteItem({ organization, records, record, request, users }, item)] as const,
      );
      return Object.fromEntries(entries);
    } finally {
      stop();
    }
  };
}

interface Deletion {
  organization: Organization;
  records: SetRecords;
  /** As it was when the activity began. */
  record: SetRecord;
  request: DeleteObjectsRequest;
  users: ReadonlyMap<string, ObjectUsers>;
}

async function deleteItem(deletion: Deletion, item: DeleteItem): Promise<Deleted> {
  let id = item.id ?? knownSince(deletion, item);
  // What only an intent leads to is known to the record by that alone.
  const known = id;
  try {
    id ??= await findIntended(deletion, item);
    const owner = await ownerOf(deletion, item, id);
    if (owner !== undefined) return { state: 'left', id, reason: `${id} belongs to the set "${owner}"` };
    const ended: Deleted = id === null ? { state: 'absent', id } : await deleteKnown(deletion, item, id);
    if (ended.state === 'deleted' || ended.state === 'absent') await forget(deletion, item, known);
    return ended;
  } catch (error) {
    const used = usedBy(error);
    if (used !== undefined) return { state: 'left', id, reason: used };
    if (error instanceof SeveralCreated) return { state: 'left', id, reason: error.message };
    if (isPolytomicError(error, 'NotFound')) {
      await forget(deletion, item, known);
      return { state: 'absent', id };
    }
    return { state: 'failed', failure: toItemFailure(error), id };
  }
}

/** What an earlier destroy left may have been taken over by another set since. */
async function ownerOf(
  { records, record, request }: Deletion,
  { address }: DeleteItem,
  id: string | null,
): Promise<string | undefined> {
  const owned = record.objects[address];
  if (id === null || owned?.id !== id || !owned.left) return undefined;
  return (await claimsOf(records, request, new Set([id])))[id];
}

async function forget({ records, request }: Deletion, { address }: DeleteItem, id: string | null): Promise<void> {
  const { token, organization, set } = request;
  await changeAsHolder(records, { organization, set }, { type: 'forget', token, address, id });
}

async function deleteKnown(
  { organization, records, request, users }: Deletion,
  item: DeleteItem,
  id: string,
): Promise<Deleted> {
  const { client } = organization;
  const signal = Context.current().cancellationSignal;
  const mayWrite = (): Promise<void> => beforeWrite(signal, records, request);
  const kind = resourceKinds[item.kind];
  const ours = new Set(request.ours);
  const others = (users.get(id)?.users ?? []).filter((user) => !ours.has(user.id));
  if (others.length > 0) return { state: 'left', id, reason: inUse(others) };
  if (isSyncKind(item.kind)) {
    if (item.why === 'apply' && (await firstRunOf(client, item.kind, id)) !== null)
      return { state: 'left', id, reason: 'its first run has begun' };
    const problem = await stopRuns(client, { kind: item.kind, id }, { signal, mayWrite });
    if (problem) return { state: 'left', id, reason: problem };
  }
  await mayWrite();
  await kind.delete(client, id);
  return { state: 'deleted', id };
}

/** Nobody can tell which of several objects is ours. */
class SeveralCreated extends Error {
  override readonly name = 'SeveralCreated';
}

/** The create was lost with its worker after the record had learned the id. */
function knownSince({ record }: Deletion, { address, recorded }: DeleteItem): string | null {
  const owned = record.objects[address];
  return owned?.origin === 'created' && !record.intents[address] && owned.id !== recorded ? owned.id : null;
}

/** What a create without an answer may have made: exactly one, or nobody can say. */
async function findIntended(
  { organization, records, request, record }: Deletion,
  { address }: DeleteItem,
): Promise<string | null> {
  const intent = record.intents[address];
  if (!intent) return null;
  const named = [];
  for await (const { objects } of resourceKinds[intent.kind].find(organization.client))
    named.push(...objects.filter((object) => isNamesake(object, intent)));
  const found = createdSince(intent, named);
  const theirs = await claimsOf(records, request, new Set(found.map(({ id }) => id)));
  const [one, ...others] = found.filter(({ id }) => theirs[id] === undefined);
  if (others.length > 0)
    throw new SeveralCreated(
      `${others.length + 1} objects named "${intent.name}" were created while an answer was lost`,
    );
  return one?.id ?? null;
}

function inUse(users: ObjectUsers['users']): string {
  const named = users.slice(0, 10).map(({ kind, name, id }) => `${kind} "${name}" (${id})`);
  const more = users.length > named.length ? ` and ${users.length - named.length} more` : '';
  return `is in use by ${named.join(', ')}${more}`;
}

/** 422 of a connection: what uses it was not to be seen in the lists, or came meanwhile. */
function usedBy(error: unknown): string | undefined {
  if (!isPolytomicError(error, 'Rejected', 'Conflict')) return undefined;
  return error.operation.endsWith('.delete') ? error.message : undefined;
}
