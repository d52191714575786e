/** The syncs of an organization, as far as fan-outs and filters look at them. */
import type { SyncKind } from '../contracts/sync-kind';
import type { PolytomicClient } from '../polytomic/client';
import { pages, type WalkedPage } from '../polytomic/pages';
import type { ListedSync } from '../rules/selection';
import type { ReadOptions } from './sync-adapter';

type Walk = AsyncGenerator<WalkedPage<ListedSync>, void, undefined>;

const walks: Readonly<Record<SyncKind, (client: PolytomicClient, options: ReadOptions) => Walk>> = {
  model: ({ modelSync }, options) =>
    walk(pages(modelSync.list, {}, options), (sync) => ({
      source: null,
      // Light list items name the connection; the full ones of older versions hold it in their target.
      target: sync.target_connection_id ?? sync.target?.connection_id ?? null,
    })),
  bulk: ({ bulkSync }, options) =>
    walk(pages(bulkSync.list, {}, options), (sync) => ({
      source: sync.source_connection_id ?? null,
      target: sync.destination_connection_id ?? null,
    })),
};

/** All pages of the list, each sync once. @throws PolytomicError */
export function listSyncs(kind: SyncKind, client: PolytomicClient, options: ReadOptions = {}): Walk {
  return walks[kind](client, options);
}

interface WireSync {
  id?: string | null;
  name?: string | null;
  active?: boolean | null;
}

async function* walk<T extends WireSync>(
  source: AsyncIterable<WalkedPage<T>>,
  connectionsOf: (sync: T) => Pick<ListedSync, 'source' | 'target'>,
): Walk {
  for await (const { items, complete } of source) {
    yield { items: items.flatMap((sync) => toListed(sync, connectionsOf(sync))), complete };
  }
}

function toListed({ id, name, active }: WireSync, connections: Pick<ListedSync, 'source' | 'target'>): ListedSync[] {
  return id ? [{ id, name: name ?? '', active: active ?? true, ...connections }] : [];
}
