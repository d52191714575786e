/** Cancels one run and waits until it is seen to have ended, within a bound. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CancelItem, CancelledItem } from '../contracts/composite-activities';
import type { Execution } from '../contracts/execution';
import { isPolytomicError, type PolytomicError, type PolytomicErrorCode } from '../polytomic/errors';
import { findOurs } from './adopt';
import { cancelingStatus } from './execution-status';
import type { SyncAdapter } from './sync-adapter';
import { isUncertain, withGrace } from './uncertain-end';

/** Time, injectable for tests. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after so many milliseconds, or once the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** One run to cancel. */
export interface CancelRequest {
  adapter: SyncAdapter;
  item: CancelItem;
  /** How long to wait for a terminal status, milliseconds. */
  timeoutMs: number;
  /** Default: the system's. */
  clock?: Clock;
}

/** How long a run whose start was lost may take to show, and one whose id is known to be found. */
const showsWithinMs = 30_000;
/** The request is to reach Polytomic within two seconds, whatever becomes of the read before it. */
const firstReadMs = 500;
/** A request that seems to have had no effect is repeated. */
const resendAfterMs = 5_000;
const firstPollMs = 250;
const slowestPollMs = 2_000;

/** What a failed request or read means here. `settles`: perhaps nothing to cancel any more, a read will tell. */
const verdicts: Readonly<Record<PolytomicErrorCode, 'retry' | 'settles' | 'refused'>> = {
  Network: 'retry',
  Unavailable: 'retry',
  UnexpectedResponse: 'retry',
  TooLarge: 'retry',
  RateLimited: 'retry',
  Conflict: 'settles',
  NotFound: 'settles',
  Rejected: 'settles',
  InvalidRequest: 'refused',
  NotSupported: 'refused',
  Unauthorized: 'refused',
  Forbidden: 'refused',
};
/** The credential may just be changing hands: a key file is read again after a 401. */
const mostRefusals = 3;

interface Cancelling extends Required<CancelRequest> {
  deadline: number;
  signal: AbortSignal;
  executionId: string | null;
  execution: Execution | null;
  problem: string | null;
  /** Whether a request was taken; when the last one was sent. */
  requested: boolean;
  requestedAt: number | null;
  uncertainSince: number | null;
  began: number;
  refusals: number;
  pollMs: number;
  /** How long the API asks to wait before the next step. */
  waitMs: number;
  over: boolean;
}

/**
 * Finds the run if its id is not known, reads it, asks for its cancel if it has not ended, and reads it until it has. The
 * request is only a wish: the run counts as ended, and however it ended, by a read alone. Never throws what the API did;
 * it is told as `problem`.
 */
export async function cancelOne(request: CancelRequest): Promise<CancelledItem> {
  const { item, timeoutMs, clock = systemClock } = request;
  const controller = new AbortController();
  const began = clock.now();
  const run: Cancelling = {
    ...request,
    clock,
    began,
    deadline: began + timeoutMs,
    signal: controller.signal,
    executionId: item.executionId,
    execution: null,
    problem: null,
    requested: false,
    requestedAt: null,
    uncertainSince: null,
    refusals: 0,
    pollMs: firstPollMs,
    waitMs: 0,
    over: false,
  };
  // A request that hangs must not hold the caller: what is known by the deadline is the answer.
  await Promise.race([carryOut(run), clock.sleep(timeoutMs, controller.signal)]).finally(() => controller.abort());
  return toResult(run);
}

async function carryOut(run: Cancelling): Promise<void> {
  while (!run.over && !run.signal.aborted) {
    run.waitMs = 0;
    await look(run);
    if (!run.over && isRequestDue(run)) await attempt(run, () => ask(run));
    if (!run.over) await run.clock.sleep(Math.max(run.pollMs, run.waitMs), run.signal);
    run.pollMs = Math.min(slowestPollMs, run.pollMs * 1.5);
  }
}

/** A read that hangs keeps on in the background while the request is sent; all later ones are waited for. */
async function look(run: Cancelling): Promise<void> {
  const looked = attempt(run, () => (run.executionId === null ? find(run) : observe(run)));
  if (!isRequestDue(run)) return looked;
  const answered = new AbortController();
  const patience = run.clock.sleep(firstReadMs, AbortSignal.any([run.signal, answered.signal]));
  await Promise.race([looked.finally(() => answered.abort()), patience]);
}

/** One look for a run whose start was never answered. */
async function find(run: Cancelling): Promise<void> {
  const [found] = await findOurs(run, { signal: run.signal });
  if (found) {
    run.executionId = found.executionId;
    await observe(run);
  } else if (run.clock.now() - run.began >= showsWithinMs) {
    end(run, 'no execution that this start may have made was found');
  }
}

async function observe(run: Cancelling): Promise<void> {
  const { adapter, item, clock, signal } = run;
  if (run.executionId === null) return;
  const ref = { kind: item.kind, syncId: item.syncId, executionId: run.executionId };
  const read = await adapter.readExecution(ref, { signal });
  run.uncertainSince = isUncertain(read) ? (run.uncertainSince ?? clock.now()) : null;
  run.execution = withGrace(read, run.uncertainSince, clock.now());
  if (run.execution.phase === 'ended' || !item.cancel) end(run, null);
}

/** Asked at once, also when the read failed; and again where a request shows no effect. */
function isRequestDue({ item, executionId, execution, requestedAt, clock }: Cancelling): boolean {
  if (!item.cancel || executionId === null) return false;
  if (requestedAt === null) return true;
  return execution?.status !== cancelingStatus && clock.now() - requestedAt >= resendAfterMs;
}

async function ask(run: Cancelling): Promise<void> {
  const { adapter, item, clock, executionId } = run;
  if (executionId === null) return;
  const taken = await adapter.cancel({ kind: item.kind, syncId: item.syncId, executionId });
  run.requestedAt = clock.now();
  run.requested ||= taken;
  run.pollMs = firstPollMs;
}

async function attempt(run: Cancelling, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (run.signal.aborted) return;
    if (!isPolytomicError(error)) throw error;
    noteError(run, error);
  }
}

function noteError(run: Cancelling, error: PolytomicError): void {
  run.problem = error.message;
  switch (verdicts[error.code]) {
    case 'retry':
      run.waitMs = error.retryAfterMs ?? 0;
      return;
    case 'settles':
      if (error.method === 'POST') run.requestedAt = run.clock.now();
      else if (run.clock.now() - run.began >= showsWithinMs) end(run, error.message);
      return;
    case 'refused':
      run.refusals += 1;
      if (error.code !== 'Unauthorized' || run.refusals >= mostRefusals) end(run, error.message);
      return;
  }
}

function end(run: Cancelling, problem: string | null): void {
  run.over = true;
  run.problem = problem;
}

function toResult({ executionId, requested, execution, problem, over, timeoutMs }: Cancelling): CancelledItem {
  const confirmed = execution?.phase === 'ended';
  const trouble = problem ? `; last trouble: ${problem}` : '';
  const why = over ? problem : `the run was not seen to end within ${timeoutMs} ms${trouble}`;
  return { executionId, requested, confirmed, execution, problem: confirmed ? null : why };
}

const systemClock: Clock = {
  now: Date.now,
  async sleep(ms, signal) {
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  },
};
