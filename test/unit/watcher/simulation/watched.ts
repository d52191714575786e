/** A watcher on a simulated organization, as most tests need it. */
import { ExecutionWatcher, type WatcherOptions } from '../../../../src/executions/watcher/execution-watcher';
import type { WatchRequest } from '../../../../src/executions/watcher/wait';
import type { WatchItem } from '../../../../src/executions/watcher/watched-execution';
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

/** Clock, organization and watcher, with a log of warnings. */
export function createWatched(options: Partial<WatcherOptions> = {}) {
  const clock = new SimulatedClock();
  const polytomic = new SimulatedPolytomic(clock);
  const warnings: string[] = [];
  const watcher = new ExecutionWatcher({
    read: polytomic.read,
    requestsPerMinute: 30,
    clock,
    random: seeded(1),
    log: { warn: (message, attributes) => warnings.push(`${message} ${JSON.stringify(attributes)}`) },
    ...options,
  });
  return { clock, polytomic, watcher, warnings };
}

/** A run as a wait names it. */
export function toItem({ executionId, syncId, kind, createdAt }: SimulatedRun): WatchItem {
  return { executionId, syncId, kind, createdAt: new Date(createdAt).toISOString(), usual: null };
}

/** A wait with the usual settings. */
export function waitFor(runs: SimulatedRun[], options: Partial<WatchRequest> = {}): WatchRequest {
  const signal = new AbortController().signal;
  return { waiter: 'workflow/1', items: runs.map(toItem), lingerMs: 0, deadlineAt: null, signal, ...options };
}
