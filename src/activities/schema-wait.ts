/** What an operation does while Polytomic still reads the schemas of a new connection: it fails, and is tried again later. */
import { createHash } from 'node:crypto';
import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { isNotReady } from '../executions/not-ready';
import { toItemFailure } from './failure';
import { nextRetryDelay } from './next-retry-delay';

/** Reading takes minutes at most; after that something else is wrong. */
const maxWaitMs = 15 * 60_000;
const maxDelayMs = 30_000;

/** What one attempt leaves to the next, in its heartbeat details. */
interface SchemaWaitState {
  v: 1;
  /** Refusals so far: as many keys have their outcome recorded. */
  refusals: number;
  /** First refusal, by Temporal's clock, milliseconds since the epoch. */
  since: number;
}

/** The refusals of one activity, over all its attempts. */
export class SchemaWait {
  readonly #state: SchemaWaitState | undefined;

  constructor(private readonly context: Pick<Context, 'info' | 'heartbeat'>) {
    const left = context.info.heartbeatDetails as Partial<SchemaWaitState> | null | undefined;
    const isState = left?.v === 1 && Number.isInteger(left.refusals) && Number.isFinite(left.since);
    if (isState) this.#state = left as SchemaWaitState;
  }

  /**
   * The idempotency key of the next try. Polytomic repeats a refusal to its key for a day, so that another key follows each;
   * a try that went unanswered is no refusal and keeps its key.
   */
  keyFor(key: string): string {
    const refusals = this.#state?.refusals ?? 0;
    return refusals === 0
      ? key
      : `tp-${createHash('sha256')
          .update(JSON.stringify([key, refusals]))
          .digest('hex')}`;
  }

  /** The error to end an attempt with: one that passes with time is tried again for a while, with growing pauses. */
  failureOf(error: unknown): unknown {
    if (!isNotReady(error)) return error;
    // Attempts may have workers whose clocks differ.
    const now = this.context.info.currentAttemptScheduledTimestampMs;
    const { refusals, since } = this.#state ?? { refusals: 0, since: now };
    if (now - since >= maxWaitMs) return error;
    const state: SchemaWaitState = { v: 1, refusals: refusals + 1, since };
    this.context.heartbeat(state);
    const delayMs = Math.min(maxDelayMs, 1_000 * 2 ** Math.min(state.refusals, 10));
    return ApplicationFailure.create({ ...toItemFailure(error), nonRetryable: false, ...nextRetryDelay(delayMs) });
  }
}
