/** Which syncs a filter takes. */
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
export function createSelection(filter: SyncFilter): (sync: ListedSync) => boolean {
  const ids = filter.ids && new Set(filter.ids);
  const connections = filter.connectionIds && new Set(filter.connectionIds);
  const active = filter.active === undefined ? true : filter.active;
  const named = filter.name === undefined ? undefined : toPattern(filter.name);
  const excluded = (filter.exclude ?? []).map((text) => ({ id: text, pattern: toPattern(text) }));
  return (sync) =>
    (active === null || sync.active === active) &&
    (!ids || ids.has(sync.id)) &&
    (!named || named.test(sync.name)) &&
    (!connections || connections.has(sync.source ?? '') || connections.has(sync.target ?? '')) &&
    !excluded.some(({ id, pattern }) => id === sync.id || pattern.test(sync.name));
}

/** A glob of `*` (any text) and `?` (any one character) over the whole name, case-sensitive. */
function toPattern(glob: string): RegExp {
  const literal = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
