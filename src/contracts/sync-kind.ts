/** The two kinds of syncs that Polytomic has. */

/** `model`: a model sync (`/api/syncs`). `bulk`: a bulk sync (`/api/bulk/syncs`). */
export type SyncKind = 'model' | 'bulk';

/** One sync of an organization. */
export interface SyncRef {
  /** Says which of Polytomic's two kinds of syncs the id belongs to. */
  kind: SyncKind;
  /** Polytomic's id of the sync. */
  syncId: string;
}

/** One execution (run) of a sync. */
export interface ExecutionRef extends SyncRef {
  /** Polytomic's id of the run. */
  executionId: string;
}
