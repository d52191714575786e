/** The list of syncs as it crosses from activities to workflows. */
import type { Shard } from './shard';
import type { SyncKind } from './sync-kind';

/** Request of `listSyncs`. */
export interface ListSyncsRequest {
  organization: string;
  kind: SyncKind;
  filter: SyncFilter;
  /** Only one part of the syncs. Default: all. */
  shard?: Shard | null;
  /** Only syncs with ids beyond this one, in the order of ids; for going on where an answer ended. Default: all. */
  after?: string | null;
}

/** Which syncs of an organization. */
export interface SyncFilter {
  /** Default true: only active ones; false: only inactive ones; null: both. */
  active?: boolean | null;
  /** Only these syncs. Default: all. */
  ids?: string[];
  /** Glob on the name (`*`, `?`), case-sensitive, at most 255 characters; of a name it looks at the first 1,024. */
  name?: string;
  /** Ids, or globs on the name, that are left out; at most 1,000 entries, of which 100 may be globs. */
  exclude?: string[];
  /** Only syncs that touch one of these connections. */
  connectionIds?: string[];
  /** Only syncs of this mode, as Polytomic calls it: `updateOrCreate`, `replicate`, … */
  mode?: string;
  /** Only syncs into this connection: of a model sync its target, of a bulk sync its destination. */
  target_connection_id?: string;
}

/** Answer of `listSyncs`: compact columns, row i being the i-th entry of each. */
export interface ListedSyncs {
  /** Polytomic's ids of the syncs. */
  ids: string[];
  /** Their names; longer ones are cut. */
  names: string[];
  /** Whether each is active: an inactive sync does not run. */
  active: boolean[];
  /** Dictionary of connection ids; `source` and `target` are indices into it, -1 where unknown. */
  connections: string[];
  /** The connection that each reads from; only of bulk syncs, of model syncs it is not known. */
  source: number[];
  /** The connection that each writes to. */
  target: number[];
  /** Syncs that match in all, those before `after` and those that did not fit included. */
  total: number;
  /** Set when more rows match than fit: the `after` to go on with. */
  nextAfter: string | null;
  /** Ids of the filter, and of the shard, that Polytomic's list does not have, active or not; told with the first answer only. */
  missing: string[];
  /** False when the API's list cannot be proved complete. */
  complete: boolean;
}
