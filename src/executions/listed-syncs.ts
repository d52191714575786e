/** The syncs of an organization, as far as fan-outs and filters look at them. */
import type { SyncFilter } from '../contracts/list-syncs';
import type { SyncKind } from '../contracts/sync-kind';
import type { PolytomicClient } from '../polytomic/client';
import { pages, type WalkedPage } from '../polytomic/pages';
import type { ListedSync } from '../rules/selection';
import type { ReadOptions } from './sync-adapter';

type Walk = AsyncGenerator<WalkedPage<ListedSync>, void, undefined>;

/** What the list itself may be asked for. */
export type ListQuery = Pick<SyncFilter, 'active' | 'mode' | 'target_connection_id'>;

interface ListOptions extends ReadOptions {
  /** Syncs that it surely does not want may be answered all the same. */
  query?: ListQuery;
}

const walks: Readonly<Record<SyncKind, (client: PolytomicClient, options: ListOptions) => Walk>> = {
  model: ({ modelSync }, { query: { active, mode, target_connection_id } = {}, ...options }) =>
    walk(pages(modelSync.list, known({ active, mode, target_connection_id }), options), (sync) => ({
      source: null,
      // Light list items name the connection; the full ones of older versions hold it in their target.
      target: sync.target_connection_id ?? sync.target?.connection_id ?? null,
    })),
  bulk: ({ bulkSync }, { query: { active } = {}, ...options }) =>
    walk(pages(bulkSync.list, known({ active }), options), (sync) => ({
      source: sync.source_connection_id ?? null,
      target: sync.destination_connection_id ?? null,
    })),
};

/** All pages of the list, each sync once. @throws PolytomicError */
export function listSyncs(kind: SyncKind, client: PolytomicClient, options: ListOptions = {}): Walk {
  return walks[kind](client, options);
}

interface WireSync {
  id?: string | null;
  name?: string | null;
  active?: boolean | null;
  mode?: string | null;
}

async function* walk<T extends WireSync>(
  source: AsyncIterable<WalkedPage<T>>,
  connectionsOf: (sync: T) => Pick<ListedSync, 'source' | 'target'>,
): Walk {
  for await (const { items, complete } of source) {
    yield { items: items.flatMap((sync) => toListed(sync, connectionsOf(sync))), complete };
  }
}

/** The fields that say something. The row checks them before they leave: a mode that it does not know is refused by name. */
function known<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as never;
}

function toListed(
  { id, name, active, mode }: WireSync,
  connections: Pick<ListedSync, 'source' | 'target'>,
): ListedSync[] {
  return id ? [{ id, name: name ?? '', active: active ?? true, mode: mode ?? null, ...connections }] : [];
}
