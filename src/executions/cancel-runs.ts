/** Cancels runs and reads them until they are seen to have ended, within a bound. */
import type { Execution } from '../contracts/execution';
import type { CancelItem, CancelledItem } from '../contracts/starts';
import type { ErrorText } from '../contracts/waits';
import { countsFingerprint } from '../rules/stalled';
import { sleep, type Clock } from '../polytomic/clock';
import { isPolytomicError, type PolytomicError } from '../polytomic/errors';
import type { ServerClock } from '../polytomic/server-clock';
import { earliestOf, findAdoptable, listSince, selectCandidate, type SoughtRun } from './adopt';
import { classifyCancel, toItemFailure } from './error-classes';
import { cancelingStatus } from './execution-status';
import { goOnWithout } from './go-on-without';
import type { Lanes } from './lanes';
import type { SyncAdapter } from './sync-adapter';
import { isUncertain, withGrace } from './uncertain-end';

/** What the runs of one request share. */
export interface CancelAttempt {
  readonly clock: Clock;
  readonly serverClock: Pick<ServerClock, 'now'>;
  /** For all requests; those that ask for a cancel are urgent. */
  readonly lanes: Lanes;
  readonly errorText: ErrorText;
  /** What is known by its end is the answer. */
  readonly signal: AbortSignal;
  /** Read each run before it is asked to cancel: what has ended gets no request. For as few as the lanes take at once. */
  readonly readsFirst: boolean;
  /** How long all attempts together wait for the ends, in milliseconds. */
  readonly boundMs: number;
  /** Milliseconds since the first attempt began. */
  elapsedMs(): number;
  /** Whether an earlier attempt asked for the cancel of this run. */
  wasRequested(item: CancelItem): boolean;
  /** Is told of each run whose cancel was accepted. */
  onRequested(item: CancelItem): void;
}

/** How long a run may take to show: in lists once it was made, and by its id. */
const visibleAfterMs = 30_000;
/** How long Polytomic may work on a start without an answer. */
const unfinishedForMs = 900_000;
/** A request is to reach Polytomic within two seconds, whatever becomes of the read before it. */
const firstReadMs = 500;
/** A request that seems to have had no effect, or does not answer, is repeated. */
const resendAfterMs = 5_000;
const firstPollMs = 250;
const maxPollMs = 2_000;

interface Cancelling {
  readonly attempt: CancelAttempt;
  readonly adapter: SyncAdapter;
  readonly item: CancelItem;
  executionId: string | null;
  execution: Execution | null;
  sought: SoughtRun | null;
  problem: string | null;
  requested: boolean;
  /** When the last request was sent, unless it failed in a way that wants another one; monotonic. */
  requestedAt: number | null;
  /** Why no request can be made at all. */
  impossible: string | null;
  uncertainSince: number | null;
  /** Whether a request may be sent: always, unless the run must first be read as standing still. */
  mayAsk: boolean;
  hasMoved: boolean;
  /** Under way; without an answer it goes on, as requests may be due. */
  reading: Promise<unknown> | null;
  pollMs: number;
  /** How long the API asks to wait before the next step. */
  waitMs: number;
  over: boolean;
}

/**
 * Finds the run if its id is not known, asks for its cancel, and reads it until it has ended. The request is only a wish: that the run ended, and how, is known by a read alone. What Polytomic did wrong is told as `problem`.
 */
export async function cancelRun(
  attempt: CancelAttempt,
  { adapter, item }: { adapter: SyncAdapter; item: CancelItem },
): Promise<CancelledItem> {
  const run: Cancelling = {
    ...{ attempt, adapter, item, executionId: item.executionId, execution: null, sought: null, problem: null },
    ...{ requested: false, requestedAt: null, impossible: null, uncertainSince: null },
    mayAsk: item.onlyIfCounts === undefined || attempt.wasRequested(item),
    ...{ hasMoved: false, reading: null, pollMs: firstPollMs, waitMs: 0, over: false },
  };
  // A request that hangs must not hold the caller.
  await Promise.race([carryOut(run), untilAborted(attempt.signal)]);
  return toResult(run);
}

async function carryOut(run: Cancelling): Promise<void> {
  const { clock, signal } = run.attempt;
  if (run.attempt.readsFirst && run.item.cancel) await readFirst(run);
  while (!run.over && !signal.aborted) {
    run.waitMs = 0;
    if (run.executionId === null) await take(run, () => find(run));
    if (isRequestDue(run)) await ask(run);
    if (!run.over && run.executionId !== null) {
      run.reading ??= take(run, () => observe(run, signal)).finally(() => (run.reading = null));
      await goOnWithout(run.reading, resendAfterMs, run.attempt);
    }
    if (!run.over) await sleep(Math.max(run.pollMs, run.waitMs), clock, signal);
    run.pollMs = Math.min(maxPollMs, run.pollMs * 1.5);
  }
}

/** One look for a run whose start was never answered. */
async function find(run: Cancelling): Promise<void> {
  const { adapter, item, attempt } = run;
  const { signal } = attempt;
  run.sought ??= await soughtOf(run);
  const listed = await listSince(adapter, item.syncId, { from: earliestOf(item), signal });
  run.executionId = selectCandidate(findAdoptable(listed, run.sought), run.sought)?.executionId ?? null;
  if (run.executionId === null && isPastShowing(run)) end(run, 'no execution that this start may have made was found');
}

/** Nothing that a start may have made can show later. */
function isPastShowing({ item, attempt }: Cancelling): boolean {
  const now = attempt.serverClock.now();
  const shown = item.windows.every(({ to }) => now >= to + visibleAfterMs);
  return shown || attempt.elapsedMs() >= unfinishedForMs;
}

/** @throws PolytomicError when it cannot be read now which schemas were started */
async function soughtOf({ adapter, item, attempt }: Cancelling): Promise<SoughtRun> {
  const { failedSchemasOf, options } = item;
  if (failedSchemasOf === undefined) return item;
  try {
    const ref = { kind: item.kind, syncId: item.syncId, executionId: failedSchemasOf };
    const schemas = await adapter.failedSchemas(ref, { signal: attempt.signal });
    return { ...item, options: { ...options, schemas } };
  } catch (error) {
    if (!isPolytomicError(error, 'NotFound')) throw error;
    return { ...item, someSchemas: true };
  }
}

/** No trouble of this read keeps the request from being sent, nor does one that hangs. */
async function readFirst(run: Cancelling): Promise<void> {
  const { clock, signal } = run.attempt;
  const soon = new AbortController();
  const cancelTimer = clock.setTimer(firstReadMs, () => soon.abort());
  await take(run, () =>
    observe(run, AbortSignal.any([signal, soon.signal])).catch((error: unknown) => {
      if (!soon.signal.aborted) throw error;
    }),
  );
  cancelTimer();
}

async function observe(run: Cancelling, signal: AbortSignal): Promise<void> {
  const { adapter, item, attempt, executionId } = run;
  if (executionId === null) return;
  const now = attempt.clock.monotonic();
  const read = await adapter.readExecution({ kind: item.kind, syncId: item.syncId, executionId }, { signal });
  run.uncertainSince = isUncertain(read) ? (run.uncertainSince ?? now) : null;
  run.execution = withGrace(read, run.uncertainSince, now);
  if (run.execution.phase === 'ended' || !item.cancel) end(run, null);
  else if (!run.mayAsk) checkStill(run, read);
  if (run.over) return;
  if (run.impossible !== null) end(run, run.impossible);
}

/** A run that is being cancelled already is only watched: whoever asked for that, its end is theirs. */
function checkStill(run: Cancelling, read: Execution): void {
  if (read.status === cancelingStatus) return;
  if (countsFingerprint(read) === run.item.onlyIfCounts) {
    run.mayAsk = true;
    return;
  }
  run.hasMoved = true;
  end(run, 'the counts of the run have changed');
}

/** Asked once, and again where a request shows no effect. */
function isRequestDue(run: Cancelling): boolean {
  const { attempt, execution, requestedAt, over } = run;
  if (!mayBeAsked(run) || over) return false;
  if (requestedAt === null) return true;
  return execution?.status !== cancelingStatus && attempt.clock.monotonic() - requestedAt >= resendAfterMs;
}

function mayBeAsked({ item, executionId, impossible, mayAsk }: Cancelling): boolean {
  return item.cancel && mayAsk && executionId !== null && impossible === null;
}

/** A request without an answer goes on in the background, while reads may show its effect. */
async function ask(run: Cancelling): Promise<void> {
  const { adapter, item, attempt, executionId } = run;
  if (executionId === null) return;
  const request = async (): Promise<void> => {
    run.requestedAt = attempt.clock.monotonic();
    if (!(await adapter.cancel({ kind: item.kind, syncId: item.syncId, executionId }))) return;
    run.requested = true;
    run.pollMs = firstPollMs;
    attempt.onRequested(item);
  };
  await goOnWithout(take(run, request, true), resendAfterMs, attempt);
}

/** Trouble is noted, and decides what comes next; none of it is thrown. */
async function take(run: Cancelling, step: () => Promise<void>, urgent = false): Promise<void> {
  const { lanes, signal } = run.attempt;
  try {
    await lanes(async () => (signal.aborted ? undefined : step()), urgent);
  } catch (error) {
    if (signal.aborted) return;
    if (isPolytomicError(error)) noteError(run, error, urgent);
    else end(run, 'failed unexpectedly');
  }
}

function noteError(run: Cancelling, error: PolytomicError, isRequest: boolean): void {
  const { attempt } = run;
  run.problem = toItemFailure(error, attempt.errorText).message;
  run.waitMs = Math.max(run.waitMs, error.retryAfterMs ?? 0);
  const verdict = classifyCancel(error);
  if (isRequest) {
    if (verdict === 'retry') run.requestedAt = null;
    if (verdict === 'refused') run.impossible = run.problem;
    return;
  }
  const isSettled = verdict === 'settled' && attempt.elapsedMs() >= visibleAfterMs;
  if ((verdict === 'refused' || isSettled) && !isStillToAsk(run)) end(run, run.problem);
}

/** A request for a known run is due before anything else: a refused read does not stand in its way. */
function isStillToAsk(run: Cancelling): boolean {
  return mayBeAsked(run) && run.requestedAt === null && !run.attempt.wasRequested(run.item);
}

function end(run: Cancelling, problem: string | null): void {
  run.over = true;
  run.problem = problem;
}

function toResult(run: Cancelling): CancelledItem {
  const { executionId, requested, execution, problem, over, attempt, hasMoved } = run;
  const confirmed = execution?.phase === 'ended';
  const trouble = problem === null ? '' : `; last trouble: ${problem}`;
  const why = over ? problem : `the run was not seen to end within ${attempt.boundMs} ms${trouble}`;
  const moved = hasMoved ? { hasMoved } : {};
  return { executionId, requested, confirmed, execution, problem: confirmed ? null : why, ...moved };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
