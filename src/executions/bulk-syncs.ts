/** Bulk syncs behind the common interface. */
import type { StartOptions } from '../contracts/run-options';
import type { IngestionState } from '../contracts/ingestion';
import type { PolytomicClient } from '../polytomic/client';
import { mapPages, pages } from '../polytomic/pages';
import { failedSchemasOf, shapeOf, toBulkExecution, type WireBulkExecution } from './bulk-executions';
import { findSyncsByName, toFoundSync } from './found-syncs';
import type { ShapedExecution, SyncAdapter } from './sync-adapter';
import {
  acceptAnyVersion,
  checkSameId,
  cutStatus,
  toShownText,
  newestFirst,
  requireId,
  toInstant,
} from './wire-values';

type CreateInput = Parameters<PolytomicClient['bulkSync']['create']>[0];

/** Which operation an error is about, for answers that only the adapter finds wrong. */
const calls = {
  start: { operation: 'bulkSync.start', method: 'POST', path: '/api/bulk/syncs/{id}/executions' },
  create: { operation: 'bulkSync.create', method: 'POST', path: '/api/bulk/syncs' },
  read: { operation: 'bulkSync.executions.get', method: 'GET', path: '/api/bulk/syncs/{id}/executions/{exec_id}' },
} as const;

/** Each listed run carries all its schemas, so that a long page can weigh megabytes. */
const recentLimit = 10;
/** What the API allows; a page that is too large to be taken is asked for in parts. */
const longestLimit = 100;

export function createBulkSyncs({ bulkSync }: PolytomicClient): SyncAdapter {
  return {
    kind: 'bulk',
    async readSync(syncId, options) {
      const { name, active } = await bulkSync.get({ id: syncId }, options);
      return { name: toShownText(name), active: active ?? true, problems: [] };
    },
    async readStatus(syncId, options) {
      const status = await bulkSync.getStatus({ id: syncId }, options);
      const { next_execution_time: next, ingestion_status: ingestion } = status;
      return { nextRunAt: toInstant(next), ingestion: ingestion ? toIngestion(ingestion) : null };
    },
    async readReferences(syncId, options) {
      const { source_connection_id: source, destination_connection_id: destination } = await bulkSync.get(
        { id: syncId },
        options,
      );
      return { connectionIds: [source, destination].flatMap((id) => id || []), modelIds: [] };
    },
    async recentExecutions(syncId, options) {
      return toRuns(syncId, await bulkSync.executions.list({ id: syncId, limit: recentLimit }, options));
    },
    executionPages(syncId, { goesBack = false, ...options } = {}) {
      const walk = (limit: number) =>
        mapPages(pages(bulkSync.executions.list, { id: syncId, limit }, options), (page) => toRuns(syncId, page));
      return goesBack ? shortThenLong() : walk(recentLimit);

      // Most is shown by a short page. Who must read on begins anew, as a token may belong to the length of its page.
      async function* shortThenLong(): AsyncGenerator<ShapedExecution[]> {
        const first = await bulkSync.executions.list({ id: syncId, limit: recentLimit }, options);
        yield toRuns(syncId, first);
        if (first.nextPageToken !== undefined) yield* walk(longestLimit);
      }
    },
    async readExecution(ref, options) {
      const wire = await bulkSync.executions.get({ id: ref.syncId, exec_id: ref.executionId }, options);
      checkSameId(wire.id, ref.executionId, calls.read);
      return toBulkExecution(ref, wire);
    },
    async failedSchemas(ref, options) {
      const wire = await bulkSync.executions.get({ id: ref.syncId, exec_id: ref.executionId }, options);
      checkSameId(wire.id, ref.executionId, calls.read);
      return failedSchemasOf(wire);
    },
    async start(syncId, options, key) {
      const started = await acceptAnyVersion(
        bulkSync.start({ id: syncId, ...toStartFields(options) }, { idempotencyKey: key }),
      );
      const executionId = requireId(started.id, calls.start);
      return toBulkExecution({ syncId, executionId }, { ...started, status: started.status ?? 'created' });
    },
    async cancel({ syncId, executionId }) {
      await bulkSync.executions.cancel({ id: syncId, exec_id: executionId });
      return true;
    },
    async activate(syncId, key) {
      await bulkSync.activate({ id: syncId, active: true }, { idempotencyKey: key });
    },
    async create(request, key) {
      // The row checks the request before it leaves; its static type only helps who writes it by hand.
      const created = await acceptAnyVersion(bulkSync.create(request as CreateInput, { idempotencyKey: key }));
      return toFoundSync(requireId(created.id, calls.create), created);
    },
    findByName: (name, options) => findSyncsByName(bulkSync.list, { name, ...options }),
  };
}

type Ingestion = NonNullable<Awaited<ReturnType<PolytomicClient['bulkSync']['getStatus']>>['ingestion_status']>;

function toIngestion({ enabled, is_running, status, position_time }: Ingestion): IngestionState {
  return {
    enabled: enabled ?? null,
    isRunning: is_running ?? null,
    status: status ? cutStatus(status) : null,
    positionTime: toInstant(position_time),
  };
}

type Listed = WireBulkExecution & { id?: string | null };

function toRuns(syncId: string, { items }: { items: readonly Listed[] }): ShapedExecution[] {
  return newestFirst(items.flatMap((item) => toListed(syncId, item)));
}

function toListed(syncId: string, { id, ...wire }: Listed): ShapedExecution[] {
  if (!id) return [];
  const execution = toBulkExecution({ syncId, executionId: id }, wire);
  return [{ ...execution, ...shapeOf(wire) }];
}

function toStartFields({ schemas, resyncMode, fetchMode, test }: StartOptions): {
  schemas?: string[];
  resync_mode?: NonNullable<StartOptions['resyncMode']>;
  fetch_mode?: NonNullable<StartOptions['fetchMode']>;
  test?: boolean;
} {
  return {
    ...(schemas && { schemas }),
    ...(resyncMode !== undefined && { resync_mode: resyncMode }),
    ...(fetchMode !== undefined && { fetch_mode: fetchMode }),
    ...(test !== undefined && { test }),
  };
}
