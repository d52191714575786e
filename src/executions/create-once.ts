/** One try of an intended create. Names need not be unique, so that a new sync is told by its name and its creation. */
import { failureTypes } from '../contracts/failure-types';
import type { CreateItem, CreateOutcome, KnownRuns } from '../contracts/starts';
import { isWithin, skewOf } from './adopt';
import { classifyPost } from './error-classes';
import { isNotReady } from './not-ready';
import { postIdempotently, refuseEarly, type ItemAttempt } from './post-idempotently';
import { readServerTime } from './server-time';
import { readSnapshot } from './snapshot';
import type { FoundSync, SyncAdapter } from './sync-adapter';

/** What is created, and with which adapter. */
export interface CreateTarget {
  adapter: SyncAdapter;
  item: CreateItem;
}

/** The namesakes are all syncs of the name that existed. */
const allListed: KnownRuns = { ids: [], listed: true };

/** Looks for what earlier tries created, and posts, as far as asked; then reads the new sync. */
export async function createOnce(attempt: ItemAttempt, { adapter, item }: CreateTarget): Promise<CreateOutcome> {
  const early = refuseEarly(attempt, item);
  if (early) return early;
  const outcome = await postIdempotently<CreateOutcome>(attempt, {
    item,
    look: async (signal) => adoptedOf(await findCreated({ adapter, item }, signal), item),
    post: async (key) => toCreated(await adapter.create(item.sync, key)),
    readForTime: (signal) => readServerTime(attempt.client, { signal }),
    async explain(error, posted) {
      if (classifyPost(error) === 'conflict') return { type: 'conflict', ...posted };
      return isNotReady(error) ? { type: 'notReady', ...posted } : undefined;
    },
  });
  return outcome.type === 'created' ? readCreated(attempt, { adapter, outcome }) : outcome;
}

/** All pages: a new sync may be anywhere in a list that is ordered by the last change. */
async function findCreated({ adapter, item }: CreateTarget, signal: AbortSignal): Promise<FoundSync[]> {
  const { namesakes, windows } = item;
  const skewMs = skewOf(allListed);
  const named = await adapter.findByName(nameOf(item), { signal });
  return named.filter(({ syncId, createdAt }) => {
    const created = Date.parse(createdAt ?? '');
    return !namesakes.includes(syncId) && windows.some((window) => isWithin(window, created, skewMs));
  });
}

/** Of several, nobody can tell which is ours. */
function adoptedOf([found, ...others]: FoundSync[], item: CreateItem): CreateOutcome | undefined {
  if (!found) return undefined;
  if (others.length === 0) return toCreated(found);
  const message = `${others.length + 1} syncs named "${nameOf(item)}" were created while a create of ours went unanswered`;
  return { type: 'refused', failure: { type: failureTypes.Ambiguous, message, nonRetryable: true } };
}

type Created = Extract<CreateOutcome, { type: 'created' }>;

const toCreated = ({ syncId }: FoundSync): Created => ({ type: 'created', syncId, snapshot: null });

/** A sync that was just created may take a moment to be readable; the workflow then reads it later. */
async function readCreated(
  { client, afterPost: signal }: ItemAttempt,
  { adapter, outcome }: { adapter: SyncAdapter; outcome: Created },
): Promise<CreateOutcome> {
  try {
    return { ...outcome, snapshot: await readSnapshot(adapter, outcome.syncId, { signal, client }) };
  } catch {
    return outcome;
  }
}

/** A request without a name is refused by the API; until then it is like no other. */
function nameOf({ sync }: CreateItem): string {
  return typeof sync.name === 'string' ? sync.name : '';
}
