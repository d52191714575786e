/** One part of all syncs, told apart by their ids: every sync is in exactly one of `of` parts, always the same. */
export interface Shard {
  /** From 0 up to `of` - 1. */
  index: number;
  /** Number of parts, 1 to 1,000. */
  of: number;
}
