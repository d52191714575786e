/** Model syncs behind the common interface. */
import type { StartOptions } from '../contracts/run-options';
import type { SyncProblem } from '../contracts/sync-snapshot';
import type { Execution } from '../contracts/execution';
import type { ExecutionRef } from '../contracts/sync-kind';
import type { PolytomicClient } from '../polytomic/client';
import { isPolytomicError, PolytomicError } from '../polytomic/errors';
import { mapPages, pages } from '../polytomic/pages';
import { isSameId } from '../rules/ids';
import { findSyncsByName, toFoundSync } from './found-syncs';
import { toModelExecution, type WireModelExecution } from './model-executions';
import type { ReadOptions, SyncAdapter } from './sync-adapter';
import { acceptAnyVersion, checkSameId, toShownText, newestFirst, requireId, toInstant } from './wire-values';

type CreateInput = Parameters<PolytomicClient['modelSync']['create']>[0];
/** Which operation an error is about, for answers that only the adapter finds wrong. */
const calls = {
  start: { operation: 'modelSync.start', method: 'POST', path: '/api/syncs/{id}/executions' },
  create: { operation: 'modelSync.create', method: 'POST', path: '/api/syncs' },
  read: { operation: 'modelSync.executions.get', method: 'GET', path: '/api/syncs/{sync_id}/executions/{id}' },
  list: { operation: 'modelSync.executions.list', method: 'GET', path: '/api/syncs/{sync_id}/executions' },
} as const;

type Listed = WireModelExecution & { id?: string | null };

export function createModelSyncs({ modelSync }: PolytomicClient): SyncAdapter {
  const recentExecutions = async (syncId: string, options?: ReadOptions): Promise<Execution[]> => {
    const { items } = await modelSync.executions.list({ sync_id: syncId }, options);
    return newestFirst(items.flatMap((item) => toListed(syncId, item)));
  };

  return {
    kind: 'model',
    async readSync(syncId, options) {
      const { name, active, problems } = await modelSync.get({ id: syncId }, options);
      return { name: toShownText(name), active: active ?? true, problems: (problems ?? []).map(toProblem) };
    },
    async readStatus(syncId, options) {
      const { next_execution_time: next } = await modelSync.getStatus({ id: syncId }, options);
      return { nextRunAt: toInstant(next), ingestion: null };
    },
    async readReferences(syncId, options) {
      const sync = await modelSync.get({ id: syncId }, options);
      return { connectionIds: [sync.target?.connection_id].flatMap((id) => id || []), modelIds: modelIdsOf(sync) };
    },
    recentExecutions,
    executionPages(syncId, { goesBack: _anyPage, ...options } = {}) {
      const walk = pages(modelSync.executions.list, { sync_id: syncId }, options);
      return mapPages(walk, ({ items }) => newestFirst(items.flatMap((item) => toListed(syncId, item))));
    },
    async readExecution(ref, options) {
      try {
        const wire = await modelSync.executions.get({ sync_id: ref.syncId, id: ref.executionId }, options);
        checkSameId(wire.id, ref.executionId, calls.read);
        return toModelExecution(ref, wire);
      } catch (error) {
        if (!isPolytomicError(error, 'NotSupported')) throw error;
        return readWithoutId(ref, options);
      }
    },
    failedSchemas: async () => [],
    async start(syncId, options, key) {
      const started = await acceptAnyVersion(
        modelSync.start({ id: syncId, ...toStartFields(options) }, { idempotencyKey: key }),
      );
      const executionId = requireId(started.id, calls.start);
      return toModelExecution({ syncId, executionId }, { ...started, status: started.status ?? 'created' });
    },
    async cancel({ syncId, executionId }) {
      try {
        await modelSync.executions.cancel({ sync_id: syncId, id: executionId });
        return true;
      } catch (error) {
        if (!isPolytomicError(error, 'NotSupported')) throw error;
        return cancelCurrent({ syncId, executionId });
      }
    },
    async activate(syncId, key) {
      await modelSync.activate({ id: syncId, active: true }, { idempotencyKey: key });
    },
    async create(request, key) {
      // The row checks the request before it leaves; its static type only helps who writes it by hand.
      const created = await acceptAnyVersion(modelSync.create(request as CreateInput, { idempotencyKey: key }));
      return toFoundSync(requireId(created.id, calls.create), created);
    },
    findByName: (name, options) => findSyncsByName(modelSync.list, { name, ...options }),
  };

  /** Versions up to 2023-04-25 cannot read one run: the status and the list are searched for its id. */
  async function readWithoutId(ref: Omit<ExecutionRef, 'kind'>, options?: ReadOptions): Promise<Execution> {
    const { current_execution: current, last_execution: last } = await modelSync.getStatus({ id: ref.syncId }, options);
    const wire = [current, last].find((execution) => isSameId(execution?.id ?? '', ref.executionId));
    if (wire) return toModelExecution(ref, wire);
    const listed = await recentExecutions(ref.syncId, options);
    const found = listed.find(({ executionId }) => isSameId(executionId, ref.executionId));
    if (found) return found;
    throw new PolytomicError('lists no such execution', { ...calls.list, code: 'NotFound', answered: true });
  }

  /**
   * Where only a whole sync can be cancelled (2024-02-08), the request hits whatever runs: it is sent only while our run
   * is the current one. Nobody can rule out that another one begins between the read and the request.
   */
  async function cancelCurrent({ syncId, executionId }: Omit<ExecutionRef, 'kind'>): Promise<boolean> {
    const { current_execution: current } = await modelSync.getStatus({ id: syncId });
    if (!isSameId(current?.id ?? '', executionId)) return false;
    await modelSync.cancel({ id: syncId });
    return true;
  }
}

/** Older versions name models only where the sync reads a field of them. */
function modelIdsOf({ model_ids: ids, fields, identity, identities }: WholeSync): string[] {
  const sources = [...(fields ?? []), identity, ...(identities?.mappings ?? [])].map((part) => part?.source?.model_id);
  return [...new Set([...(ids ?? []), ...sources])]
    .flatMap((id) => (id && id !== noModel ? [id] : []))
    .slice(0, maxModels);
}

type WholeSync = Awaited<ReturnType<PolytomicClient['modelSync']['get']>>;

/** Fields with a fixed value may name this one. */
const noModel = '00000000-0000-0000-0000-000000000000';
/** More models are hardly ever synced together; each costs a request. */
const maxModels = 20;

function toListed(syncId: string, wire: Listed): Execution[] {
  return wire.id ? [toModelExecution({ syncId, executionId: wire.id }, wire)] : [];
}

function toProblem({ code, message, path }: { [K in keyof SyncProblem]?: string | null }): SyncProblem {
  return { code: toShownText(code), message: toShownText(message), path: toShownText(path) };
}

function toStartFields({ resync, test, identities, sourceIdentities }: StartOptions): {
  resync?: boolean;
  test?: boolean;
  identities?: string[];
  source_identities?: { source: { model_id: string; field: string }; value: string }[][];
} {
  return {
    ...(resync !== undefined && { resync }),
    ...(test !== undefined && { test }),
    ...(identities && { identities }),
    ...(sourceIdentities && {
      source_identities: sourceIdentities.map((record) =>
        record.map(({ source: { modelId, field }, value }) => ({ source: { model_id: modelId, field }, value })),
      ),
    }),
  };
}
