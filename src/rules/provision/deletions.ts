/** Deletes objects in reverse order: a pure list that says what goes next. Serves undo, prune and destroy. */
import type { DeletedObjects } from '../../contracts/provision-activities';
import { provisionKinds, type ProvisionKind } from '../../contracts/provision-spec';

/** One object to be deleted, and how far that is. */
export interface Deletion {
  /** Tells deletions of one address apart: of what an object replaced, and of the object. */
  key: string;
  address: string;
  kind: ProvisionKind;
  name: string;
  id: string | null;
  /** It is the old object of a replacement: the new one keeps the address. */
  replaced: boolean;
  /** Id that the record had before: that one is not meant. */
  recorded: string | null;
  status: 'waiting' | 'deleting' | 'deleted' | 'absent' | 'left';
  /** Why it is left. */
  reason: string | null;
  tries: number;
  /** Not before this time, milliseconds since the epoch. */
  wakeAt: number;
}

/** A deletion that nothing was tried of. */
export function newDeletion(
  object: Pick<Deletion, 'address' | 'kind' | 'name' | 'id'> &
    Partial<Pick<Deletion, 'replaced' | 'recorded' | 'wakeAt'>>,
): Deletion {
  const key = object.replaced ? `${object.address}#${object.id}` : object.address;
  return { replaced: false, recorded: null, wakeAt: 0, ...object, key, status: 'waiting', reason: null, tries: 0 };
}

const isOpen = ({ status }: Deletion): boolean => status === 'waiting' || status === 'deleting';

/** Whether nothing is left to do. */
export const areDeleted = (deletions: readonly Deletion[]): boolean => !deletions.some(isOpen);

const rankOf = (kind: ProvisionKind): number =>
  kind === 'bulkSyncs' ? provisionKinds.indexOf('modelSyncs') : provisionKinds.indexOf(kind);

/**
 * Keys of those that may be deleted now: syncs first, then models, then connections, and nothing before what refers to it.
 *
 * @param after what each address of the spec refers to
 */
export function deletableNow(
  deletions: readonly Deletion[],
  { after, now, limit }: { after: ReadonlyMap<string, readonly string[]>; now: number; limit: number },
): string[] {
  const open = deletions.filter(isOpen);
  const rank = Math.max(...open.map(({ kind }) => rankOf(kind)));
  const referred = new Set(
    open.flatMap(({ address }) => (after.get(address) ?? []).filter((name) => name !== address)),
  );
  const underWay = open.filter(({ status }) => status === 'deleting').length;
  return open
    .filter(
      ({ status, kind, address, wakeAt }) =>
        status === 'waiting' && rankOf(kind) === rank && !referred.has(address) && wakeAt <= now,
    )
    .slice(0, Math.max(0, limit - underWay))
    .map(({ key }) => key);
}

/** When something that waits may be tried again; null where nothing waits for a time. */
export function wakeOfDeletions(deletions: readonly Deletion[], now: number): number | null {
  const times = deletions
    .filter(({ status, wakeAt }) => status === 'waiting' && wakeAt > now)
    .map(({ wakeAt }) => wakeAt);
  return times.length === 0 ? null : Math.min(...times);
}

const maxDelayMs = 30_000;

/** What one answer means; a failure that may pass is tried again until `deadline`. */
export function afterDeletion(
  deletion: Deletion,
  result: DeletedObjects[string] | undefined,
  { now, deadline }: { now: number; deadline: number },
): Deletion {
  const tries = deletion.tries + 1;
  if (result?.state === 'deleted' || result?.state === 'absent')
    return { ...deletion, status: result.state, id: result.id, tries };
  if (result?.state === 'left') return { ...deletion, status: 'left', id: result.id, reason: result.reason, tries };
  const failure = result?.state === 'failed' ? result.failure : null;
  const reason = failure?.message ?? 'the worker that deleted it was lost';
  const isFinal = failure?.nonRetryable === true || now >= deadline;
  const wakeAt = Math.min(now + Math.min(maxDelayMs, 1_000 * 2 ** Math.min(tries - 1, 5)), Math.max(now, deadline));
  return isFinal
    ? { ...deletion, status: 'left', reason, tries }
    : { ...deletion, status: 'waiting', reason, tries, wakeAt };
}
