/** One try of an intended start. */
import { failureTypes } from '../contracts/failure-types';
import type { StartItem, StartOutcome } from '../contracts/starts';
import type { Execution } from '../contracts/execution';
import { isPolytomicError, type PolytomicError } from '../polytomic/errors';
import { earliestOf, findAdoptable, findConflicting, listSince, selectCandidate, type SoughtRun } from './adopt';
import type { ConnectionHealth } from './connection-health';
import { classifyPost } from './error-classes';
import {
  lookFailed,
  notPosted,
  postIdempotently,
  refuseEarly,
  triedOf,
  type IdempotentPost,
  type ItemAttempt,
} from './post-idempotently';
import { readWithExecutions } from './snapshot';
import type { SyncAdapter } from './sync-adapter';

/** What is started, and with which adapter. */
export interface StartTarget {
  adapter: SyncAdapter;
  item: StartItem;
  health: ConnectionHealth;
}

interface SyncStart {
  adapter: SyncAdapter;
  item: StartItem & Pick<SoughtRun, 'someSchemas'>;
}

/** Looks at the connections, activates the sync, finds out what is to be started, looks for what earlier tries started, and posts, as far as asked. */
export async function startOnce(attempt: ItemAttempt, { adapter, item, health }: StartTarget): Promise<StartOutcome> {
  const early = refuseEarly(attempt, item) ?? (await refuseUnhealthy(attempt, { adapter, item, health }));
  if (early) return early;
  const notActivated = await activate(attempt, { adapter, item });
  if (notActivated) return notActivated;
  const wanted = await readWanted(attempt, { adapter, item });
  if ('type' in wanted) return wanted;
  return postIdempotently(attempt, startPost(attempt, { adapter, item: { ...item, ...wanted } }));
}

function startPost(attempt: ItemAttempt, { adapter, item }: SyncStart): IdempotentPost<StartOutcome> {
  const { syncId, options } = item;
  return {
    item,
    look: async (signal) => adopted(await listTries({ adapter, item }, signal), item),
    post: async (key) => toStarted(await adapter.start(syncId, options, key), false),
    readForTime: (signal) => adapter.readSync(syncId, { signal }),
    async explain(refusal, posted) {
      if (classifyPost(refusal) !== 'conflict') return undefined;
      try {
        const found = await explainConflict(attempt, { adapter, item, postedAt: posted.at });
        return 'type' in found ? found : { type: 'conflict', ...found, ...posted };
      } catch (error) {
        return lookFailed(attempt, error);
      }
    },
  };
}

/** A run of ours comes first; else whether somebody else's run shows why ours was refused. @throws PolytomicError */
async function explainConflict(
  attempt: ItemAttempt,
  { adapter, item, postedAt }: SyncStart & { postedAt: number },
): Promise<StartOutcome | Pick<Extract<StartOutcome, { type: 'conflict' }>, 'explanation'>> {
  const signal = attempt.afterPost;
  const { snapshot, executions } = await readWithExecutions(adapter, item.syncId, {
    signal,
    client: attempt.client,
  });
  const all = item.windows.length > 0 ? await listTries({ adapter, item }, signal) : executions;
  const ours = adopted(all, item);
  if (ours) return ours;
  return { explanation: findConflicting(executions, { known: item.known, postedAt }) ? snapshot : null };
}

function listTries({ adapter, item }: SyncStart, signal: AbortSignal): ReturnType<typeof listSince> {
  return listSince(adapter, item.syncId, { from: earliestOf(item), signal });
}

function adopted(executions: Parameters<typeof findAdoptable>[0], sought: SoughtRun): StartOutcome | undefined {
  const candidate = selectCandidate(findAdoptable(executions, sought), sought);
  return candidate && toStarted(candidate, true);
}

function toStarted({ executionId, status, createdAt }: Execution, isAdopted: boolean): StartOutcome {
  return { type: 'started', executionId, status, createdAt, adopted: isAdopted };
}

/** Once an earlier try may have started the sync, its connections decide nothing any more. */
async function refuseUnhealthy(
  attempt: ItemAttempt,
  { adapter, item, health }: StartTarget,
): Promise<StartOutcome | undefined> {
  if (!item.checkConnections || item.key === null || item.windows.length > 0) return undefined;
  try {
    const failure = await health.findUnhealthy(adapter, item.syncId, attempt.beforePost);
    return failure && { type: 'refused', failure };
  } catch (error) {
    return notPosted(attempt, error);
  }
}

/** Repeating it does no harm, so that each try has a key of its own and no outcome is replayed. */
async function activate(attempt: ItemAttempt, { adapter, item }: SyncStart): Promise<StartOutcome | undefined> {
  if (!item.activate || item.key === null) return undefined;
  const draw = Math.floor(attempt.client.clock.random() * Number.MAX_SAFE_INTEGER);
  try {
    await adapter.activate(item.syncId, `${item.key.slice(0, 220)}-activate-${draw.toString(36)}`);
    return undefined;
  } catch (error) {
    if (!isPolytomicError(error)) throw error;
    const type = classifyPost(error) === 'refused' ? 'refused' : 'notActivated';
    return { type, ...triedOf(attempt, error) };
  }
}

/** All failed schemas, sorted: the same key must always go with the same request. */
async function readWanted(
  attempt: ItemAttempt,
  { adapter, item }: SyncStart,
): Promise<Pick<SoughtRun, 'options' | 'someSchemas'> | Exclude<StartOutcome, { type: 'started' }>> {
  const { failedSchemasOf, syncId, options, key } = item;
  if (failedSchemasOf === undefined) return { options };
  try {
    const ref = { kind: item.kind, syncId, executionId: failedSchemasOf };
    const schemas = await adapter.failedSchemas(ref, { signal: attempt.beforePost });
    if (schemas.length > 0) return { options: { ...options, schemas: schemas.toSorted() } };
    const message = 'no schema of the execution failed';
    return { type: 'refused', failure: { type: failureTypes.Rejected, message, nonRetryable: true } };
  } catch (error) {
    if (!isGone(error)) return lookFailed(attempt, error);
    // What an earlier try started may be found all the same.
    return key === null ? { options, someSchemas: true } : { type: 'refused', ...triedOf(attempt, error) };
  }
}

/** Polytomic itself does not know the execution any more. */
function isGone(error: unknown): error is PolytomicError {
  return isPolytomicError(error, 'NotFound') && error.fromApi;
}
