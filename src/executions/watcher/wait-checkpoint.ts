/** What one worker hands to the next through heartbeat details, so that nothing is asked twice and no grace begins anew. */
import type { Stillness } from '../../contracts/waits';
import type { PolytomicErrorCode } from '../../polytomic/errors';

/** What a previous worker knew of an execution; graces go on from how long they had lasted there. */
export interface RestoredState {
  /** Polytomic's time of the last sign of life, milliseconds since the epoch. */
  aliveAt: number;
  /** For how long it had not been read then, as sources alone told of it, milliseconds. */
  unreadMs: number;
  wasRead: boolean;
  endReported: boolean;
  uncertainForMs: number | null;
  refusedForMs: number | null;
  /** With what; null: it was not. */
  refusedAs: PolytomicErrorCode | null;
  /** Absent where counts are not compared. */
  still?: Stillness;
}

/**
 * Plain JSON of at most 16 KB. Times are whole seconds since the epoch by Polytomic's clock, and graces are lengths, so that
 * no difference between two workers' clocks matters.
 */
export interface WaitCheckpoint {
  v: 3;
  /** How long this activity has waited so far, milliseconds; less what the last attempt waited after its last heartbeat. */
  waitedMs: number;
  /** By execution id; trailing zeros are left out. */
  executions: Record<string, ExecutionState>;
}

/**
 * Alive, flags (1 it was read, 2 its end was reported, from 4 on with what it was refused), unread, uncertain, refused, still,
 * counts. The lengths are in seconds; from uncertain on a second longer than they were, and 0: never.
 */
type ExecutionState = number[];

const maxNumbers = 7;

/** By their numbers in the flags. Other refusals need no time to be believed. */
const refusals: readonly (PolytomicErrorCode | null)[] = [null, 'Unauthorized', 'Forbidden', 'NotFound', 'Rejected'];

/** Heartbeat details are sent again and again, and a server keeps them small. */
const maxLength = 16_000;

/** Those that do not fit are left out and cost the next worker a read. */
export function exportCheckpoint(
  waitedMs: number,
  executions: readonly { executionId: string; state: RestoredState }[],
): WaitCheckpoint {
  const checkpoint: WaitCheckpoint = { v: 3, waitedMs: Math.round(waitedMs), executions: {} };
  let length = JSON.stringify(checkpoint).length;
  const packed = executions.map(({ executionId, state }) => [executionId, pack(state)] as const);
  // Graces that have begun come first: they cannot be had again.
  for (const [executionId, state] of packed.toSorted(([, one], [, other]) => other.length - one.length)) {
    length += JSON.stringify({ [executionId]: state }).length;
    if (length > maxLength) break;
    checkpoint.executions[executionId] = state;
  }
  return checkpoint;
}

/** Reads what came from another worker, perhaps of another version; undefined when it cannot be understood. */
export function parseCheckpoint(value: unknown): WaitCheckpoint | undefined {
  if (!isRecord(value) || value.v !== 3 || !isRecord(value.executions)) return undefined;
  const executions = Object.entries(value.executions).filter((entry): entry is [string, ExecutionState] =>
    isState(entry[1]),
  );
  return { v: 3, waitedMs: isTime(value.waitedMs) ? value.waitedMs : 0, executions: Object.fromEntries(executions) };
}

/** What is known of one execution; undefined where the checkpoint says nothing. */
export function restore(checkpoint: WaitCheckpoint | undefined, executionId: string): RestoredState | undefined {
  if (!checkpoint || !Object.hasOwn(checkpoint.executions, executionId)) return undefined;
  const [alive = 0, flags = 0, unread = 0, uncertain = 0, refused = 0, still = 0, counts = 0] =
    checkpoint.executions[executionId] ?? [];
  return {
    aliveAt: alive > 0 ? alive * 1_000 : -Infinity,
    unreadMs: unread * 1_000,
    wasRead: (flags & 1) !== 0,
    endReported: (flags & 2) !== 0,
    uncertainForMs: uncertain > 0 ? (uncertain - 1) * 1_000 : null,
    refusedForMs: refused > 0 ? (refused - 1) * 1_000 : null,
    refusedAs: refusals[flags >> 2] ?? null,
    ...(still > 0 && { still: { counts, forMs: (still - 1) * 1_000 } }),
  };
}

function pack(state: RestoredState): ExecutionState {
  const { aliveAt, unreadMs, wasRead, endReported, uncertainForMs, refusedForMs, refusedAs, still } = state;
  const flags = (wasRead ? 1 : 0) + (endReported ? 2 : 0) + 4 * Math.max(0, refusals.indexOf(refusedAs));
  const lengths = [uncertainForMs, refusedForMs, still?.forMs ?? null].map((ms) => (ms === null ? 0 : seconds(ms) + 1));
  const packed = [Math.max(0, seconds(aliveAt)), flags, seconds(unreadMs), ...lengths, still?.counts ?? 0];
  while (packed.at(-1) === 0) packed.pop();
  return packed;
}

const seconds = (ms: number): number => Math.floor(ms / 1_000);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

const isState = (value: unknown): boolean => Array.isArray(value) && value.length <= maxNumbers && value.every(isTime);
