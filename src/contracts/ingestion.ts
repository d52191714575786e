/** What crosses for `awaitIngestion`: how far the ingestion (change data capture) of a bulk sync is. */

/** How far it was when it was read; null where Polytomic does not say. */
export interface IngestionState {
  enabled: boolean | null;
  isRunning: boolean | null;
  /** Verbatim: `ok`, `warning` or `error`. */
  status: string | null;
  /** Time of the changes that were read last from the source (RFC 3339). */
  positionTime: string | null;
}

/** How far it was when it had caught up. */
export interface CaughtUp {
  /** Status, verbatim. */
  status: string;
  /** Time of the changes that were read last from the source (RFC 3339). */
  positionTime: string;
  /** How far that was behind Polytomic's clock, in milliseconds. */
  lagMs: number;
}

/** Request of `awaitIngestion`. */
export interface AwaitIngestionRequest {
  organization: string;
  /** Id of a bulk sync. */
  syncId: string;
  /** It has caught up once it is no farther behind, in milliseconds. */
  withinMs: number;
  /** Return after so many milliseconds at the latest, caught up or not; null: wait without end. As in `awaitExecutions`. */
  waitForMs?: number | null;
  /** Heartbeat details of an activity that waited for the same before and was given up; else absent. */
  checkpoint?: unknown;
}

/** Answer of `awaitIngestion`. */
export interface AwaitIngestionResult {
  /** Null when the time passed. */
  caughtUp: CaughtUp | null;
}
