/** Long work of Polytomic's: started once, then looked at until it is done, over as many tries of the activity as it takes. */
import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../../contracts/failure-types';
import { systemClock } from '../../polytomic/clock';
import { isPolytomicError, type PolytomicErrorCode } from '../../polytomic/errors';
import { holdWait } from '../hold-wait';
import { postJob } from './post-job';
import { WorkMemory } from './work-memory';

/** How to start one piece of work, and how to see what became of it. Handles travel in heartbeat details: no secrets. */
export interface LongWork<Handle, Result, Before = undefined> {
  /** What must be known before it is started. */
  prepare?(signal: AbortSignal): Promise<Before>;
  /** One try. @throws PolytomicError */
  start(key: string): Promise<Started<Handle, Result>>;
  /** All that a try without a clear answer may have made, for work that leaves something behind. */
  findStarted?(before: Before): Promise<Started<Handle, Result>[]>;
  /** Reads it once. @throws PolytomicError, or an ApplicationFailure where the work failed */
  read(handle: Handle, context: { before: Before; signal: AbortSignal }): Promise<WorkRead<Result>>;
}

/** Some work is done as soon as it is asked for. */
export type Started<Handle, Result> = { handle: Handle } | { result: Result };

/** `lost`: it ended, and its result can no longer be had; it has to be done again. */
export type WorkRead<Result> = { result: Result } | 'running' | 'lost';

/** Clock and sleep of an activity; tests bring their own. */
export interface Timing {
  now(): number;
  /** Rejects when the activity is cancelled. */
  sleep(ms: number): Promise<void>;
}

/** One try of an activity that does long work. */
export interface LongWorkTry {
  context: Context;
  timing: Timing;
  /** Idempotency key of its start, the same in each try of the activity. */
  key: string;
}

const usualHeartbeatTimeoutMs = 60_000;
const firstReadMs = 500;
const maxReadPauseMs = 10_000;

/** Right after the start a server may not know the work yet. */
const graceMs = 30_000;

/** Trouble that says nothing of the work: the wait goes on, until Temporal's own timeouts end it. */
const passing: readonly PolytomicErrorCode[] = [
  'Network',
  'Unavailable',
  'RateLimited',
  'Conflict',
  'UnexpectedResponse',
];

/**
 * Starts it, unless an earlier try of this activity has, and answers its result.
 *
 * @throws PolytomicError, ApplicationFailure, or the reason of a cancellation
 */
export async function untilDone<H, R, B>(work: LongWork<H, R, B>, attempt: LongWorkTry): Promise<R> {
  const { context, timing } = attempt;
  const memory = new WorkMemory<H, B>(context, timing.now());
  const { heartbeatTimeoutMs = usualHeartbeatTimeoutMs } = context.info;
  return holdWait({ context, clock: systemClock, heartbeatTimeoutMs, details: () => memory.details() }, async () => {
    if (memory.handle === undefined) {
      const started = await startOnce(work, memory, attempt);
      if ('result' in started) return started.result;
      memory.keepHandle(started.handle, timing.now());
      await timing.sleep(firstReadMs);
    }
    return readUntilDone(work, memory, attempt);
  });
}

async function startOnce<H, R, B>(
  work: LongWork<H, R, B>,
  memory: WorkMemory<H, B>,
  { context, timing, key }: LongWorkTry,
): Promise<Started<H, R>> {
  if (work.prepare && memory.before === undefined) {
    memory.keepBefore(await work.prepare(context.cancellationSignal));
  }
  let invalid: Error | undefined;
  const post = (used: string): Promise<Started<H, R>> =>
    work.start(used).catch((error: unknown) => {
      if (isPolytomicError(error, 'InvalidRequest')) invalid = error;
      throw error;
    });
  for (;;) {
    context.cancellationSignal.throwIfAborted();
    const step = await postJob<Started<H, R>>(
      {
        keys: [key],
        post,
        findAdoptable: async () => (await work.findStarted?.(memory.before as B)) ?? [],
        selectCandidate: ([found]) => found,
        now: () => timing.now(),
        onChange: (state) => memory.keepPost(state),
      },
      memory.post,
    );
    if (step.type === 'done') return step.value;
    if (step.type === 'failed') throw invalid ?? ApplicationFailure.create({ ...step.failure });
    memory.keepPost(step.state);
    await timing.sleep(step.delayMs);
  }
}

async function readUntilDone<H, R, B>(
  work: LongWork<H, R, B>,
  memory: WorkMemory<H, B>,
  { context, timing }: LongWorkTry,
): Promise<R> {
  const reading = { before: memory.before as B, signal: context.cancellationSignal };
  for (let delayMs = firstReadMs; ; delayMs = Math.min(delayMs * 1.5, maxReadPauseMs)) {
    const { found, retryAfterMs } = await readOnce(
      () => work.read(memory.handle as H, reading),
      timing.now() - memory.handleSince,
    );
    if (found === 'lost') throw memory.forgetHandle(timing.now());
    if (found !== 'running') return found.result;
    // Half of it at random, so that many waits do not read in step.
    await timing.sleep(retryAfterMs ?? delayMs * (0.75 + Math.random() / 2));
  }
}

async function readOnce<R>(
  read: () => Promise<WorkRead<R>>,
  ageMs: number,
): Promise<{ found: WorkRead<R>; retryAfterMs?: number }> {
  try {
    return { found: await read() };
  } catch (error) {
    if (isPolytomicError(error, ...passing)) return { found: 'running', retryAfterMs: error.retryAfterMs };
    if (!isPolytomicError(error, 'NotFound')) throw error;
    if (ageMs < graceMs) return { found: 'running' };
    throw ApplicationFailure.create({
      type: failureTypes.NotFound,
      nonRetryable: true,
      message: 'Polytomic no longer knows this work, so that its result cannot be read; the work may well be done',
    });
  }
}
