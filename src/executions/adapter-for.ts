/** The one place that turns a kind of sync into what can be done with it. */
import type { SyncKind } from '../contracts/sync-kind';
import type { PolytomicClient } from '../polytomic/client';
import { createBulkSyncs } from './bulk-syncs';
import { createModelSyncs } from './model-syncs';
import type { SyncAdapter } from './sync-adapter';

const adapters: Readonly<Record<SyncKind, (client: PolytomicClient) => SyncAdapter>> = {
  model: createModelSyncs,
  bulk: createBulkSyncs,
};

/** The adapter of a kind, on a client. */
export function adapterFor(kind: SyncKind, client: PolytomicClient): SyncAdapter {
  return adapters[kind](client);
}
