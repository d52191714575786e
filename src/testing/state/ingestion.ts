/** The ingestion (CDC) of a bulk sync: how far it is behind its source. */
import { toTimestamp } from './clock';
import type { Fields } from './fields';

/** How an ingestion stands, as a test says it. */
export interface IngestionSeed {
  /** How far it is behind, in milliseconds; null: it has no position yet. Default 0. */
  readonly lagMs?: number | null;
  /** Milliseconds in which the lag shrinks to nothing, evenly. Default: it stays as it is. */
  readonly catchesUpInMs?: number;
  /** Default true. */
  readonly enabled?: boolean;
  /** Default true. */
  readonly isRunning?: boolean;
  /** Default `ok`. */
  readonly status?: string;
  /** Default: empty. */
  readonly statusMessage?: string;
}

/** The same, and since when. */
export interface Ingestion extends IngestionSeed {
  readonly since: number;
}

/** What the status of a sync tells of it. */
export function toIngestionStatus(ingestion: Ingestion, now: number): Fields {
  const { enabled = true, isRunning = true, status = 'ok', statusMessage = '' } = ingestion;
  const lagMs = lagOf(ingestion, now);
  return {
    enabled,
    is_running: isRunning,
    status,
    status_message: statusMessage,
    highwater_mark: String(now),
    position: lagMs === null ? '' : String(now - lagMs),
    position_time: lagMs === null ? null : toTimestamp(now - lagMs),
    updated_at: toTimestamp(now),
  };
}

function lagOf({ lagMs = 0, catchesUpInMs, since }: Ingestion, now: number): number | null {
  if (lagMs === null || catchesUpInMs === undefined) return lagMs;
  return Math.round(lagMs * Math.max(0, 1 - (now - since) / Math.max(1, catchesUpInMs)));
}
