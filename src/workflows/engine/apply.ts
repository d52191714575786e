/** Takes in what happened: results of activities, their errors, a cancellation. Pure, over the engine's state; never throws. */
import type { ItemFailure } from '../../contracts/item-failure';
import { failureTypes, type FailureType } from '../../contracts/failure-types';
import { noteAnswer } from './apply-answers';
import { noteCreated, noteStarted } from './apply-tries';
import { noteFailedComparison } from './compare-records';
import type { CommandError, EngineEvent } from './commands';
import type { StartOutcome } from '../../contracts/starts';
import { noteDelivered } from './outbox';
import { stopForCancel } from './stops';
import type { EngineState, Pending } from './state';

const maxPickupMs = 60 * 60_000;

/** Takes one event in. Activities whose end nobody waits for any more are ignored. */
export function applyEvent(state: EngineState, event: EngineEvent, now: number): void {
  if (event.type === 'cancelRequested') return stopForCancel(state, now);
  const pending = state.pending[event.id];
  if (!pending) return;
  delete state.pending[event.id];
  if (event.type === 'answered') noteAnswer(state, { pending, result: event.result }, now);
  else noteError(state, { pending, error: event.error }, now);
}

function noteError(
  state: EngineState,
  { pending, error }: { pending: Pending; error: CommandError },
  now: number,
): void {
  switch (pending.type) {
    case 'start':
      return noteStarted(
        state,
        pending,
        pending.jobs.map((_id, index) => lostTry(state, { pending, error, index })),
        now,
      );
    case 'create':
      return noteCreated(
        state,
        pending,
        pending.jobs.map((_id, index) => lostTry(state, { pending, error, index })),
        now,
      );
    case 'cancel':
      return noteAnswer(state, { pending, result: pending.jobs.map(() => unconfirmed(error)) }, now);
    case 'wait':
    case 'read':
    case 'search':
    case 'catchUp':
      return noteFailedWait(state, { pending, error }, now);
    case 'compare':
      return noteFailedComparison(state, { pending, error }, now);
    case 'list':
      if (error.type !== 'canceled') state.fatal ??= toFailure(error);
      return;
    case 'setup':
      // Without an answer the waits go on as they were set up.
      state.needsSetup = false;
      return;
    case 'notify':
      state.log.push({
        message: 'A notification was not delivered',
        attributes: { target: pending.target, reason: error.message },
      });
      return noteDelivered(state, pending.target ?? '');
  }
}

/**
 * What an activity that gave no outcome may have done: nothing where no worker took it, or where it failed before its first
 * post, which it says by a failure of ours. Otherwise each post may have left.
 */
function lostTry(
  state: EngineState,
  { pending, error, index }: { pending: Pending; error: CommandError; index: number },
): Extract<StartOutcome, { type: 'unsent' | 'noResponse' }> {
  const failure: ItemFailure = { ...toFailure(error), nonRetryable: false };
  const { failureType } = error;
  // Only an answer can be too large, so that all was posted.
  const isBefore = failureType?.startsWith('polytomic.') && failureType !== failureTypes.PayloadTooLarge;
  const isOurs = isBefore || failureType === notRegistered;
  if (error.type !== 'lost' && (error.type !== 'failed' || isOurs)) return { type: 'unsent', failure };
  const job = state.jobs[pending.jobs[index] ?? ''];
  const { posted, keyFingerprint } = (error.heartbeat ?? {}) as {
    posted?: Record<string, number>;
    keyFingerprint?: string;
  };
  const at = posted?.[index] ?? pending.scheduledAt + (job?.attempt?.clockOffsetMs ?? 0);
  return {
    type: 'noResponse',
    failure,
    at,
    wasAttemptLost: true,
    ...(keyFingerprint !== undefined && { keyFingerprint }),
  };
}

/** The type by which the SDK says that a worker has no such activity. */
const notRegistered = 'NotFoundError';

function unconfirmed({ message }: CommandError) {
  return { executionId: null, requested: false, confirmed: false, execution: null, problem: message };
}

/** A wait that nobody picked up is scheduled again once it is known which queue is polled; other errors are final. */
function noteFailedWait(
  state: EngineState,
  { pending, error }: { pending: Pending; error: CommandError },
  now: number,
): void {
  for (const id of pending.jobs) {
    const { stage } = state.jobs[id] ?? {};
    if (stage?.type === 'running') stage.isAwaited = false;
    if (stage?.type === 'searching') stage.isInFlight = false;
  }
  if (error.type === 'canceled') return;
  if (error.heartbeat !== undefined) state.checkpoints.push(error.heartbeat);
  if (error.type === 'failed') {
    const failure = toFailure(error);
    state.fatal ??= failure;
    for (const id of pending.jobs) {
      const job = state.jobs[id];
      if (job)
        job.stop ??= { cancel: state.settings.options.onTimeout === 'cancelOwn', end: { type: 'failure', failure } };
    }
    return;
  }
  if (error.type === 'notPickedUp') {
    state.needsSetup = true;
    state.pickupMs = Math.min(maxPickupMs, state.pickupMs * 2);
    state.log.push({
      message: 'No worker picked up a wait; is its task queue polled? It is scheduled again',
      attributes: { taskQueue: state.settings.setup.waitTaskQueue },
    });
  }
  state.emptyWaits = { count: state.emptyWaits.count + 1, notBefore: now };
}

function toFailure({ failureType, message, nonRetryable }: CommandError): Omit<ItemFailure, 'details'> {
  return { type: (failureType ?? failureTypes.UnexpectedResponse) as FailureType, message, nonRetryable };
}
