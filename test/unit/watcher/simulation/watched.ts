/** A watcher on a simulated organization, as most tests need it. */
import { BatchSource, type ReadBatchStatus } from '../../../../src/executions/sources/batch-source';
import { EventSource } from '../../../../src/executions/sources/event-source';
import type { ReadEvents } from '../../../../src/executions/sources/event-feed';
import { ExecutionWatcher, type WatcherOptions } from '../../../../src/executions/watcher/execution-watcher';
import { ReadScheduler, type ReadSchedulerOptions } from '../../../../src/executions/reads/read-scheduler';
import type { WatchRequest } from '../../../../src/executions/watcher/wait';
import type { AwaitItem } from '../../../../src/contracts/waits';
import { ApiPause } from '../../../../src/polytomic/api-pause';
import { isPolytomicError } from '../../../../src/polytomic/errors';
import type { Clock } from '../../../../src/polytomic/clock';
import { SimulatedClock } from './simulated-clock';
import { SimulatedPolytomic, type SimulatedRun } from './simulated-polytomic';

/** Numbers from 0 up to 1 that look random and are the same in each run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What a watcher of a test is built from. */
export interface SimulatedOptions extends Partial<WatcherOptions> {
  requestsPerMinute?: number;
  readEvents?: ReadEvents;
  readBatchStatus?: ReadBatchStatus;
  checkKey?: ReadSchedulerOptions['checkKey'];
  log?: ReadSchedulerOptions['log'];
  clock?: Clock;
}

/** As the client does, notes a rate limit for everybody. */
function noting<A extends unknown[], R>(pause: ApiPause, request: (...args: A) => Promise<R>) {
  return async (...args: A): Promise<R> => {
    const operation = 'modelSync.executions.get';
    try {
      const answer = await request(...args);
      pause.recordAnswer(operation);
      return answer;
    } catch (error) {
      if (isPolytomicError(error, 'RateLimited')) pause.recordRateLimit(operation, error.retryAfterMs);
      else pause.recordAnswer(operation);
      throw error;
    }
  };
}

/** What waits and searches share, on a simulated organization, and the pause that a rate limit begins. */
export function createPausedReads(polytomic: SimulatedPolytomic, options: SimulatedOptions = {}) {
  const { requestsPerMinute = 30, readEvents, readBatchStatus, checkKey, log } = options;
  const { clock = polytomic.clock } = options;
  const pause = new ApiPause(clock);
  const reads = new ReadScheduler({
    clock,
    pause,
    serverNow: () => polytomic.clock.trueTime,
    requestsPerMinute,
    ...(checkKey && { checkKey }),
    ...(log && { log }),
    createSources: (context) => [
      ...(readEvents ? [new EventSource(context, noting(pause, readEvents))] : []),
      ...(readBatchStatus ? [new BatchSource(context, noting(pause, readBatchStatus))] : []),
    ],
  });
  return { reads, pause };
}

/** Watchers of a simulated organization that share its reads, and may come one after the other. */
export function createWatchers(polytomic: SimulatedPolytomic, options: SimulatedOptions = {}) {
  const { reads, pause } = createPausedReads(polytomic, options);
  const { read = polytomic.read, isKnownStatus } = options;
  const createNext = (): ExecutionWatcher =>
    new ExecutionWatcher(reads, { read: noting(pause, read), ...(isKnownStatus && { isKnownStatus }) });
  return { reads, createNext };
}

/** A watcher on a simulated organization. */
export function createWatcher(polytomic: SimulatedPolytomic, options: SimulatedOptions = {}): ExecutionWatcher {
  return createWatchers(polytomic, options).createNext();
}

/** Clock, organization and watcher, with a log of warnings. */
export function createWatched(options: SimulatedOptions = {}, { random = seeded(1), aheadMs = 0 } = {}) {
  const clock = new SimulatedClock({ random, aheadMs });
  const polytomic = new SimulatedPolytomic(clock);
  const warnings: string[] = [];
  const watcher = createWatcher(polytomic, {
    log: { warn: (message, attributes) => warnings.push(`${message} ${JSON.stringify(attributes)}`) },
    ...options,
  });
  return { clock, polytomic, watcher, warnings };
}

/** A run as a wait names it. */
export function toItem({ executionId, syncId, kind, createdAt }: SimulatedRun): AwaitItem {
  return { executionId, syncId, kind, createdAt: new Date(createdAt).toISOString(), usual: null };
}

/** A wait with the usual settings. */
export function waitFor(runs: SimulatedRun[], options: Partial<WatchRequest> = {}): WatchRequest {
  const signal = new AbortController().signal;
  return { waitId: 'workflow/1', items: runs.map(toItem), lingerMs: 0, waitForMs: null, signal, ...options };
}
