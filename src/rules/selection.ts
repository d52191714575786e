/** Which syncs a filter takes. */
import type { Shard } from '../contracts/fan-out-inputs';
import type { SyncFilter } from '../contracts/list-syncs';

/** A sync as far as filters look at it. */
export interface ListedSync {
  id: string;
  name: string;
  active: boolean;
  /** Source and target connection, null where unknown. */
  source: string | null;
  target: string | null;
}

/** Makes the filter's test. Every condition given must hold; absent `active` means active ones only. */
export function createSelection(filter: SyncFilter, shard?: Shard | null): (sync: ListedSync) => boolean {
  const ids = filter.ids && new Set(filter.ids);
  const connections = filter.connectionIds && new Set(filter.connectionIds);
  const active = filter.active === undefined ? true : filter.active;
  const named = filter.name === undefined ? undefined : toPattern(filter.name);
  const excluded = (filter.exclude ?? []).map((text) => ({ id: text, pattern: toPattern(text) }));
  return (sync) =>
    (active === null || sync.active === active) &&
    (!shard || shardOf(sync.id, shard.of) === shard.index) &&
    (!ids || ids.has(sync.id)) &&
    (!named || named.test(sync.name)) &&
    (!connections || connections.has(sync.source ?? '') || connections.has(sync.target ?? '')) &&
    !excluded.some(({ id, pattern }) => id === sync.id || pattern.test(sync.name));
}

/** The part of an id, evenly spread and the same for ever (FNV-1a), from 0 up to `of` - 1. */
export function shardOf(id: string, of: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % of;
}

/** A glob of `*` (any text) and `?` (any one character) over the whole name, case-sensitive. */
function toPattern(glob: string): RegExp {
  const literal = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
