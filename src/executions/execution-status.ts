/** Reads a wire status by a kind's own table: the one place that says what has ended. */
import type { ExecutionEnding, ExecutionPhase } from '../contracts/execution';
import { uncertainEndings } from './uncertain-end';

/** What a known status means: where the run stands, or how it ended. */
export type StatusMeaning = Exclude<ExecutionPhase, 'ended'> | { readonly ended: ExecutionEnding };

/** The statuses of one kind of sync whose meaning is certain. */
export type StatusTable = Readonly<Record<string, StatusMeaning>>;

/** A cancel request was taken and is being carried out; both kinds call it so. */
export const cancelingStatus = 'canceling';

/** Phase and ending of an execution, as its kind's table and its `completed_at` say. */
export interface StatusReading {
  phase: ExecutionPhase;
  ending?: ExecutionEnding;
}

/**
 * A status known as in progress is believed even beside a `completed_at` (the documentation's own example has both);
 * every other status has ended only once `completed_at` is set, and with an unknown one nobody knows how.
 */
export function readStatus(table: StatusTable, status: string, completedAt: string | null): StatusReading {
  const meaning = Object.hasOwn(table, status) ? table[status] : undefined;
  if (typeof meaning === 'object') return { phase: 'ended', ending: meaning.ended };
  if (meaning) return { phase: meaning };
  if (completedAt === null) return { phase: 'running' };
  return { phase: 'ended', ending: uncertainEndings.get(status) ?? 'unknown' };
}

/** Whether anything is known of a status; others are waited on, and should be told to a person. */
export function isKnownStatus(table: StatusTable, status: string): boolean {
  return Object.hasOwn(table, status) || uncertainEndings.has(status);
}
