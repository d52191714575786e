/** The snapshots of syncs that come next, with few requests: of fifty bulk syncs at once, where nothing runs there. */
import type { SyncSnapshot } from '../contracts/sync-snapshot';
import type { UpNextItem } from '../contracts/waits';
import { adapterFor } from '../executions/adapter-for';
import { checkPause, readSnapshot } from '../executions/snapshot';
import { batchBulkSnapshot, batchModelSnapshot } from '../executions/batch-snapshot';
import type { ReadOptions } from '../executions/sync-adapter';
import type { PolytomicClient } from '../polytomic/client';
import { isPolytomicError, type PolytomicErrorCode } from '../polytomic/errors';
import type { BulkSyncBatchStatus } from '../polytomic/operations/bulk-sync/answers';
import type { Organization } from './dependencies';
import { inParallel } from './in-parallel';

/** Requests under way at once. */
const mostAtOnce = 20;
/** Ids in one request: more make a long URL. */
const batchLength = 50;

/** Errors of the batch status that single reads would meet as well. */
const sharedTroubles: readonly PolytomicErrorCode[] = ['RateLimited', 'Unavailable', 'Network', 'Unauthorized'];

/** What is to be read. */
export interface SnapshotsRequest {
  items: readonly UpNextItem[];
  /** Every one in full; default: only where a light read does not tell enough. */
  full: boolean;
  signal: AbortSignal;
}

/** What came of one sync. */
export type ReadOutcome = { snapshot: SyncSnapshot } | { item: UpNextItem; error: unknown };

/**
 * In the order of the items; an error of one is told for it. A light read needs to know the sync from a list: others, such
 * as the steps of a pipeline, may run several times in one workflow and need to know their newest run.
 *
 * @throws what is no error of the client, such as the reason of the signal
 */
export async function readManySnapshots(organization: Organization, request: SnapshotsRequest): Promise<ReadOutcome[]> {
  const { items, full } = request;
  const found = full ? new Map<string, ReadOutcome>() : await readBatches(organization, request);
  return inParallel(items, mostAtOnce, async (item) => {
    const light = item.kind === 'bulk' ? found.get(item.syncId) : undefined;
    return light ?? outcomeOf(item, () => readOne(organization, item, request));
  });
}

function readOne({ client }: Organization, item: UpNextItem, request: SnapshotsRequest): Promise<SyncSnapshot> {
  const { kind, syncId, known } = item;
  const adapter = adapterFor(kind, client);
  if (kind === 'bulk' || !known || request.full) {
    return readSnapshot(adapter, syncId, { signal: request.signal, client });
  }
  return timed(client, request, async (options, serverTime) => {
    checkPause(client, kind);
    const sync = await adapter.readSync(syncId, options);
    return batchModelSnapshot({ syncId, sync, serverTime: serverTime() });
  });
}

/** What the batch status tells for certain, or why it could not be asked; the others are missing. */
async function readBatches(organization: Organization, request: SnapshotsRequest): Promise<Map<string, ReadOutcome>> {
  const known = request.items.filter((item) => item.kind === 'bulk' && item.known);
  const batches: UpNextItem[][] = [];
  while (known.length > 0) batches.push(known.splice(0, batchLength));
  if (!organization.allows('bulkSync.executions.listStatus')) return new Map();
  const found = await Promise.all(batches.map((batch) => readBatch(organization, batch, request)));
  return new Map(found.flat());
}

async function readBatch(
  { client }: Organization,
  batch: readonly UpNextItem[],
  request: SnapshotsRequest,
): Promise<[string, ReadOutcome][]> {
  try {
    return await timed(client, request, async (options, serverTime) => {
      checkPause(client, 'bulk');
      const query = { sync_id: batch.map(({ syncId }) => syncId) };
      const { items } = await client.bulkSync.executions.listStatus(query, options);
      const rows = new Map(items.map((row) => [row.sync_id ?? '', row]));
      return batch.flatMap((item) => batchSnapshotOf(item, rows.get(item.syncId), serverTime()));
    });
  } catch (error) {
    if (!isPolytomicError(error)) throw error;
    return sharedTroubles.includes(error.code) ? batch.map((item) => [item.syncId, { item, error }]) : [];
  }
}

function batchSnapshotOf(
  { syncId, known }: UpNextItem,
  row: BulkSyncBatchStatus | undefined,
  serverTime: number,
): [string, ReadOutcome][] {
  if (!row || !known) return [];
  const snapshot = batchBulkSnapshot({ syncId, sync: { ...known, problems: [] }, serverTime }, row);
  return snapshot ? [[syncId, { snapshot }]] : [];
}

/** Polytomic's clock, or this machine's where it does not tell, as of the answers to what is read. */
function timed<T>(
  { clock }: PolytomicClient,
  { signal }: SnapshotsRequest,
  read: (options: ReadOptions, serverTime: () => number) => Promise<T>,
): Promise<T> {
  let serverTime = NaN;
  return read(
    { signal, onAnswer: (answer) => (serverTime = Date.parse(answer.date ?? '')) },
    () => serverTime || clock.now(),
  );
}

async function outcomeOf(item: UpNextItem, read: () => Promise<SyncSnapshot>): Promise<ReadOutcome> {
  try {
    return { snapshot: await read() };
  } catch (error) {
    if (!isPolytomicError(error)) throw error;
    return { item, error };
  }
}
