/** The list of syncs as it crosses from activities to workflows. */
import type { SyncKind } from './sync-kind';

/** Request of `listSyncs`. */
export interface ListSyncsRequest {
  organization: string;
  kind: SyncKind;
  filter: SyncFilter;
  /** Continue after this many matching rows. Default 0. */
  offset?: number;
}

/** Which syncs of an organization. */
export interface SyncFilter {
  /** Default true: only active ones; false: only inactive ones; null: both. */
  active?: boolean | null;
  ids?: string[];
  /** Glob on the name (`*`, `?`), case-sensitive. */
  name?: string;
  /** Ids, or globs on the name, that are left out. */
  exclude?: string[];
  /** Only syncs that touch one of these connections. */
  connectionIds?: string[];
}

/** Answer of `listSyncs`: compact columns, row i being the i-th entry of each. */
export interface ListedSyncs {
  ids: string[];
  names: string[];
  active: boolean[];
  /** Dictionary of connection ids; `source` and `target` are indices into it, -1 where unknown. */
  connections: string[];
  source: number[];
  target: number[];
  /** Set when more rows match than fit: the offset to go on from. */
  nextOffset: number | null;
  /** False when the API's list cannot be proved complete. */
  complete: boolean;
}
