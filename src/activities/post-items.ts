/** Runs the tries of all items of one activity attempt. Once something was posted it answers for every item, always. */
import type { Context } from '@temporalio/activity';
import { failureTypes } from '../contracts/failure-types';
import type { ItemFailure } from '../contracts/item-failure';
import type { OnceOutcome, OncePost, PostHeartbeat } from '../contracts/starts';
import type { ErrorText } from '../contracts/waits';
import { createAttemptLimits } from '../executions/attempt-limits';
import type { ItemAttempt, PostedAt } from '../executions/post-idempotently';
import type { Organization } from './dependencies';
import { toItemFailure } from './failure';
import { startHeartbeats } from './heartbeats';
import { inParallel } from './in-parallel';

/** Requests under way at once. */
const maxAtOnce = 20;
/** Often enough for the heartbeat timeout of starts, which finds a killed worker. */
const heartbeatEveryMs = 8_000;

/** The items, and how one of them is tried. */
export interface PostItems<I, O> {
  context: Context;
  organization: Organization;
  items: readonly I[];
  errorText: ErrorText;
  tryItem: (attempt: ItemAttempt, item: I) => Promise<O>;
}

/** The outcomes in the order of the items. What is thrown for one item is its outcome. */
export async function postItems<I extends OncePost, O>(request: PostItems<I, O>): Promise<(O | OnceOutcome)[]> {
  const { context, organization, items, errorText, tryItem } = request;
  const { client } = organization;
  const { clock } = client;
  const posted = new Map<number, PostedAt>();
  const details = (): PostHeartbeat => toHeartbeat(posted);
  const limits = createAttemptLimits(clock, context.cancellationSignal);
  const stopHeartbeats = startHeartbeats(context, heartbeatEveryMs, details, clock);
  const attemptOf = (index: number): ItemAttempt => ({
    ...{ client, errorText, ...limits },
    onPost: (at) => {
      posted.set(index, at);
      context.heartbeat(details());
    },
  });
  try {
    return await inParallel(items, maxAtOnce, async (item, index) => {
      try {
        return await tryItem(attemptOf(index), item);
      } catch (error) {
        const failure: ItemFailure = { ...toItemFailure(error), nonRetryable: false };
        const at = posted.get(index);
        return at ? { type: 'noResponse', failure, ...at } : { type: 'unsent', failure };
      }
    });
  } finally {
    stopHeartbeats();
    limits.end();
  }
}

/** `unsent` for every item: what this worker is not allowed or configured to do, another one may do. */
export function allUnsent(items: readonly unknown[], error: unknown): OnceOutcome[] {
  const failure: ItemFailure = { ...toItemFailure(error), nonRetryable: false };
  return items.map(() => ({ type: 'unsent', failure }));
}

/** More than an answer can hold. */
export function tooManyItems(most: number): ItemFailure {
  return { type: failureTypes.PayloadTooLarge, message: `expected at most ${most} items`, nonRetryable: true };
}

function toHeartbeat(posted: ReadonlyMap<number, PostedAt>): PostHeartbeat {
  const [first] = posted.values();
  return {
    v: 1,
    posted: Object.fromEntries([...posted].map(([index, { at }]) => [index, at])),
    ...(first && { keyFingerprint: first.keyFingerprint }),
  };
}
