/** How many runs of bulk syncs, anybody's, touch each connection now. */
import type { PolytomicClient } from '../polytomic/client';
import type { BulkSyncBatchStatus } from '../polytomic/operations/bulk-sync/answers';
import { batchStanding } from './batch-standing';
import { bulkStatuses } from './bulk-executions';
import { readStatus } from './execution-status';
import { listSyncs } from './listed-syncs';

/** Which connections a sync touches changes rarely; a sync that is newer than this counts once it is known. */
const knownForMs = 300_000;
/** Waits that return together share one look. */
const sharedForMs = 1_000;

/** Runs by connection id. */
export type RunsByConnection = Record<string, number>;

interface Fetched<T> {
  at: number;
  value: Promise<T>;
}

/** One for each organization of a process, as what it knows is shared by all its waits. */
export class ConnectionLoad {
  #connections: Fetched<Map<string, string[]>> | null = null;
  #runs: Fetched<RunsByConnection> | null = null;

  constructor(
    readonly client: PolytomicClient,
    readonly now: () => number = () => client.clock.monotonic(),
  ) {}

  /** A look of at most a second ago. Runs whose status may or may not be final are not counted. @throws PolytomicError */
  read(): Promise<RunsByConnection> {
    this.#runs = this.#fresh(this.#runs, sharedForMs, () => this.#count());
    return this.#runs.value;
  }

  async #count(): Promise<RunsByConnection> {
    this.#connections = this.#fresh(this.#connections, knownForMs, () => connectionsBySync(this.client));
    const [connections, { items }] = await Promise.all([
      this.#connections.value,
      this.client.bulkSync.executions.listStatus({ all: true }),
    ]);
    const runs: RunsByConnection = {};
    for (const row of items) {
      if (!isCounted(row)) continue;
      for (const id of connections.get(row.sync_id ?? '') ?? []) runs[id] = (runs[id] ?? 0) + 1;
    }
    return runs;
  }

  /** What failed is asked for again. */
  #fresh<T>(fetched: Fetched<T> | null, forMs: number, fetch: () => Promise<T>): Fetched<T> {
    if (fetched && this.now() - fetched.at < forMs) return fetched;
    const next: Fetched<T> = { at: this.now(), value: fetch() };
    next.value.catch(() => (next.at = -Infinity));
    return next;
  }
}

/**
 * Which status a sync has that never ran is not documented. Where it is one of waiting, only an execution proves a run: syncs
 * that are still to run would otherwise fill their connection themselves.
 */
function isCounted(row: BulkSyncBatchStatus): boolean {
  if (batchStanding(row) !== 'running') return false;
  const isWaiting = readStatus(bulkStatuses, row.status ?? '', null).phase === 'waiting';
  return !isWaiting || (row.schemas ?? []).some((schema) => schema.execution_id);
}

/** A sync within one connection counts once there. */
async function connectionsBySync(client: PolytomicClient): Promise<Map<string, string[]>> {
  const connections = new Map<string, string[]>();
  for await (const { items } of listSyncs('bulk', client)) {
    for (const { id, source, target } of items) {
      connections.set(
        id,
        [...new Set([source, target])].filter((one) => one !== null),
      );
    }
  }
  return connections;
}
