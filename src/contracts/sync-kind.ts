/** The two kinds of syncs that Polytomic has. */

/** `model`: a model sync (`/api/syncs`). `bulk`: a bulk sync (`/api/bulk/syncs`). */
export type SyncKind = 'model' | 'bulk';

/** One sync of an organization. */
export interface SyncRef {
  kind: SyncKind;
  syncId: string;
}

/** One execution (run) of a sync. */
export interface ExecutionRef extends SyncRef {
  executionId: string;
}
