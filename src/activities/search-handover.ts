/** What a wait for something of a sync hands from one attempt to the next, in its heartbeat details. */
import type { Context } from '@temporalio/activity';
import type { SyncCallsState } from '../executions/reads/sync-calls';

/** Lengths in milliseconds. */
export interface Handover {
  /** How long earlier attempts of this activity waited. */
  waitedMs: number;
  /** How long they had been refused; null: they were not. */
  refusedForMs: number | null;
}

/** As heartbeat details: what the next worker needs, and what a person may want to know. */
export interface HandoverDetails {
  search: Handover & { v: 2 };
  live: { lookedAt: string | null };
}

export function toHandover({ lookedAt, ...handover }: SyncCallsState): HandoverDetails {
  return {
    search: { v: 2, ...handover },
    live: { lookedAt: lookedAt === null ? null : new Date(lookedAt).toISOString() },
  };
}

/**
 * What earlier attempts left. Details of another version are ignored, which only makes the next attempt more patient.
 *
 * @param checkpoint details of another activity that waited for the same: its time is no part of this one's
 */
export function handoverOf({ info }: Context, checkpoint: unknown): Handover {
  const details: unknown = info.heartbeatDetails;
  const { search } = (details ?? checkpoint ?? {}) as { search?: Partial<Record<'v' | keyof Handover, unknown>> };
  const length = (value: unknown): number | null => (search?.v === 2 && typeof value === 'number' ? value : null);
  const waitedMs = details === undefined ? null : length(search?.waitedMs);
  return { waitedMs: waitedMs ?? 0, refusedForMs: length(search?.refusedForMs) };
}
