/** Which syncs a filter takes. */
import type { Shard } from '../contracts/shard';
import type { SyncFilter } from '../contracts/list-syncs';
import { createNameTest } from './glob';
import { normalizeId } from './ids';

/** A sync as far as filters look at it. */
export interface ListedSync {
  id: string;
  name: string;
  active: boolean;
  /** Null where unknown. */
  mode: string | null;
  /** Source and target connection, null where unknown. */
  source: string | null;
  target: string | null;
}

/** Makes the filter's test. Every condition given must hold; absent `active` means active ones only. */
export function createSelection(filter: SyncFilter, shard?: Shard | null): (sync: ListedSync) => boolean {
  const ids = filter.ids && new Set(filter.ids);
  const connections = filter.connectionIds && new Set(filter.connectionIds);
  const active = filter.active === undefined ? true : filter.active;
  const named = filter.name === undefined ? undefined : createNameTest([filter.name]);
  const excluded = new Set(filter.exclude?.map(normalizeId));
  const excludedByName = createNameTest(filter.exclude ?? []);
  return (sync) =>
    (active === null || sync.active === active) &&
    (!shard || shardOf(sync.id, shard.of) === shard.index) &&
    (!ids || ids.has(sync.id)) &&
    (filter.mode === undefined || sync.mode === filter.mode) &&
    (filter.target_connection_id === undefined || sync.target === filter.target_connection_id) &&
    (!named || named(sync.name)) &&
    (!connections || connections.has(sync.source ?? '') || connections.has(sync.target ?? '')) &&
    !excluded.has(sync.id) &&
    !excludedByName(sync.name);
}

/** What of a filter Polytomic's list may be asked for: nothing where ids are named, as it must then tell which it has at all. */
export function listQueryOf({ ids, active, mode, target_connection_id }: SyncFilter): SyncFilter {
  if (ids) return {};
  return {
    ...(active !== null && { active: active ?? true }),
    ...(mode !== undefined && { mode }),
    ...(target_connection_id !== undefined && { target_connection_id }),
  };
}

/** The part of an id, evenly spread and the same for ever (FNV-1a), from 0 up to `of` - 1. */
export function shardOf(id: string, of: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % of;
}
