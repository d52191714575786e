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
  const { name, exclude = [] } = filter;
  return (sync) =>
    (active === null || sync.active === active) &&
    (!shard || shardOf(sync.id, shard.of) === shard.index) &&
    (!ids || ids.has(sync.id)) &&
    (name === undefined || matchesGlob(sync.name, name)) &&
    (!connections || connections.has(sync.source ?? '') || connections.has(sync.target ?? '')) &&
    !exclude.some((text) => text === sync.id || matchesGlob(sync.name, text));
}

/** The part of an id, evenly spread and the same for ever (FNV-1a), from 0 up to `of` - 1. */
export function shardOf(id: string, of: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % of;
}

/**
 * Whether a glob of `*` (any text) and `?` (any one character) fits the whole name, case-sensitive. Walked by hand: the
 * time that a regular expression takes explodes with the number of `*`.
 */
export function matchesGlob(name: string, glob: string): boolean {
  const [text, pattern] = [[...name], [...glob]];
  let [at, next] = [0, 0];
  /** Behind the last `*`, and the end of what it takes so far. */
  let [behindStar, taken] = [-1, 0];
  while (at < text.length) {
    if (pattern[next] === '*') {
      [behindStar, taken] = [(next += 1), at];
    } else if (next < pattern.length && (pattern[next] === '?' || pattern[next] === text[at])) {
      next += 1;
      at += 1;
    } else if (behindStar >= 0) {
      [next, at] = [behindStar, (taken += 1)];
    } else {
      return false;
    }
  }
  return pattern.slice(next).every((character) => character === '*');
}
