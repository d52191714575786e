/** Reads what is true of a sync before a start. */
import type { SyncKind } from '../contracts/sync-kind';
import type { RunningExecution, SyncSnapshot } from '../contracts/sync-snapshot';
import type { PolytomicClient } from '../polytomic/client';
import { PolytomicError } from '../polytomic/errors';
import { operations } from '../polytomic/operations';
import type { ReadOptions, ShapedExecution, SyncAdapter } from './sync-adapter';
import { isUncertain, uncertainEndGraceMs } from './uncertain-end';
import { usualDuration } from './usual-duration';

/** What reading a snapshot may be given. */
export interface SnapshotOptions extends ReadOptions {
  /** Its clock is used where the API does not tell its own time. */
  client: SnapshotClient;
}

/** As much of a client as a snapshot needs besides its adapter. */
interface SnapshotClient {
  clock: Pick<PolytomicClient['clock'], 'now'>;
  pause: Pick<PolytomicClient['pause'], 'pausedForMs' | 'retryAfterMs'>;
}

/** A snapshot and the executions that it was made from, newest first. */
export interface SnapshotReading {
  snapshot: SyncSnapshot;
  executions: ShapedExecution[];
}

/** Which runs a snapshot names besides the newest: those that are too young to be told from later ones by time alone. */
const recentMs = 300_000;
const maxRecent = 20;

/** @throws PolytomicError when the sync or its executions cannot be read */
export async function readSnapshot(
  adapter: SyncAdapter,
  syncId: string,
  options: SnapshotOptions,
): Promise<SyncSnapshot> {
  return (await readWithExecutions(adapter, syncId, options)).snapshot;
}

/** As {@link readSnapshot}, for who looks at the runs as well. */
export async function readWithExecutions(
  adapter: SyncAdapter,
  syncId: string,
  { client, ...options }: SnapshotOptions,
): Promise<SnapshotReading> {
  checkPause(client, adapter.kind);
  const { clock } = client;
  const serverTimes: number[] = [];
  const read: ReadOptions = {
    ...options,
    onAnswer: (answer) => {
      serverTimes.push(Date.parse(answer.date ?? '') || clock.now());
      options.onAnswer?.(answer);
    },
  };
  const [sync, executions] = await Promise.all([
    adapter.readSync(syncId, read),
    adapter.recentExecutions(syncId, read),
  ]);
  // The earlier answer: whatever was created later than that is new.
  const serverTime = Math.min(...serverTimes, ...(serverTimes.length === 0 ? [clock.now()] : []));
  const newest = executions[0];
  const running = executions.find((execution) => isInProgress(execution, serverTime));
  const snapshot = {
    kind: adapter.kind,
    syncId,
    ...sync,
    newest: newest ? { executionId: newest.executionId, createdAt: newest.createdAt } : null,
    running: running ? toRunning(running) : null,
    usual: usualDuration(executions),
    recent: executions.filter((execution) => isRecent(execution, serverTime)).map(({ executionId }) => executionId),
    serverTime: new Date(serverTime).toISOString(),
  };
  return { snapshot: { ...snapshot, recent: snapshot.recent.slice(0, maxRecent) }, executions };
}

/**
 * Each of many workflows that begin in a storm of 429s would send its reads into it.
 *
 * @throws PolytomicError while Polytomic asks to slow down
 */
export function checkPause({ pause }: Pick<SnapshotClient, 'pause'>, kind: SyncKind): void {
  if (pause.pausedForMs() <= 0) return;
  const { name: operation, path } = operations[`${kind}Sync`].get;
  const about = { operation, path, method: 'GET', answered: false };
  const message = 'was not sent: Polytomic asks to slow down';
  throw new PolytomicError(message, { ...about, code: 'RateLimited', retryAfterMs: pause.retryAfterMs() });
}

function isRecent({ createdAt }: ShapedExecution, serverTime: number): boolean {
  return createdAt === null || Date.parse(createdAt) >= serverTime - recentMs;
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
