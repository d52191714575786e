/** Reads what is true of a sync before a start. */
import type { RunningExecution, SyncBefore } from '../contracts/composite-activities';
import type { ReadOptions, ShapedExecution, SyncAdapter } from './sync-adapter';
import { isUncertain, uncertainEndGraceMs } from './uncertain-end';
import { usualDuration } from './usual-duration';

/** What reading the "before" may be given. */
export interface BeforeOptions {
  signal?: AbortSignal;
  /** Local clock, milliseconds; used where the API does not tell its own. Default: the system's. */
  now?: () => number;
  /** Told of each answer. */
  onAnswer?: ReadOptions['onAnswer'];
}

/** @throws PolytomicError when the sync or its executions cannot be read */
export async function readBefore(
  adapter: SyncAdapter,
  syncId: string,
  options: BeforeOptions = {},
): Promise<SyncBefore> {
  const { signal, now = Date.now } = options;
  const serverTimes: number[] = [];
  const read: ReadOptions = {
    ...(signal && { signal }),
    onAnswer: (answer) => {
      serverTimes.push(Date.parse(answer.date ?? '') || now());
      options.onAnswer?.(answer);
    },
  };
  const [sync, recent] = await Promise.all([adapter.readSync(syncId, read), adapter.recentExecutions(syncId, read)]);
  // The earlier answer: whatever was created later than that is new.
  const serverTime = Math.min(...serverTimes, ...(serverTimes.length === 0 ? [now()] : []));
  const newest = recent[0];
  const running = recent.find((execution) => isInProgress(execution, serverTime));
  return {
    kind: adapter.kind,
    syncId,
    ...sync,
    newest: newest ? { executionId: newest.executionId, createdAt: newest.createdAt } : null,
    running: running ? toRunning(running) : null,
    usual: usualDuration(recent),
    serverTime: new Date(serverTime).toISOString(),
  };
}

/**
 * A run left in a status that may or may not be final (`interrupted` without an end) counts as in progress only while it
 * is young, else it would block its sync for ever. Should it run after all, the API itself refuses a second one.
 */
export function isInProgress(execution: ShapedExecution, serverTime: number): boolean {
  if (execution.phase === 'ended') return false;
  const began = Date.parse(execution.startedAt ?? execution.createdAt ?? '') || 0;
  return !isUncertain(execution) || serverTime - began < uncertainEndGraceMs;
}

function toRunning({ executionId, status, createdAt, startedAt, shape }: ShapedExecution): RunningExecution {
  return { executionId, status, createdAt, startedAt, ...(shape && { shape }) };
}
