/** A sync adapter that answers by script, and remembers what it was asked. */
import type { ShapedExecution, SyncAdapter } from '../../../../src/executions/sync-adapter';
import { PolytomicError, type PolytomicErrorCode } from '../../../../src/polytomic/errors';

/** An answer of one call: a value, or an error to throw. */
export type Scripted<T> = T | PolytomicError;

/** Answers in order; the last one holds for all further calls. */
export interface AdapterScript {
  kind?: SyncAdapter['kind'];
  start?: Scripted<ShapedExecution>[];
  recent?: Scripted<ShapedExecution[]>[];
  read?: Scripted<ShapedExecution>[];
  cancel?: Scripted<boolean>[];
  activate?: Scripted<void>[];
  create?: Scripted<string>[];
  /** Syncs by name. */
  named?: Scripted<{ syncId: string; active: boolean; createdAt: string | null }[]>[];
  sync?: Scripted<{ name: string | null; active: boolean; problems: [] }>[];
}

/** The adapter and the calls it got, such as `start key-0001`. */
export function scriptedAdapter(script: AdapterScript): { adapter: SyncAdapter; calls: string[] } {
  const calls: string[] = [];
  const turns = new Map<unknown, number>();
  const answer = async <T>(call: string, answers: Scripted<T>[] | undefined): Promise<T> => {
    calls.push(call);
    if (!answers) throw new Error(`not scripted: ${call}`);
    const turn = turns.get(answers) ?? 0;
    turns.set(answers, turn + 1);
    const scripted = answers[Math.min(turn, answers.length - 1)] as Scripted<T>;
    if (scripted instanceof PolytomicError) throw scripted;
    return scripted;
  };
  const adapter: SyncAdapter = {
    kind: script.kind ?? 'model',
    readSync: () => answer('readSync', script.sync ?? [{ name: 'Users', active: true, problems: [] as [] }]),
    readStatus: async () => ({ nextRunAt: null, ingestion: null }),
    readReferences: async () => ({ connectionIds: [], modelIds: [] }),
    recentExecutions: () => answer('list', script.recent ?? [[]]),
    async *executionPages() {
      yield await answer('list', script.recent ?? [[]]);
    },
    readExecution: ({ executionId }) => answer(`read ${executionId}`, script.read),
    failedSchemas: async () => [],
    start: (_syncId, _options, key) => answer(`start ${key}`, script.start),
    cancel: ({ executionId }) => answer(`cancel ${executionId}`, script.cancel),
    activate: (_syncId, key) => answer(`activate ${key}`, script.activate),
    create: async (_request, key) => ({
      syncId: await answer(`create ${key}`, script.create),
      active: true,
      createdAt: null,
    }),
    findByName: (name) => answer(`find ${name}`, script.named ?? [[]]),
  };
  return { adapter, calls };
}

const statusOf: Partial<Record<PolytomicErrorCode, number>> = {
  Unavailable: 503,
  RateLimited: 429,
  Conflict: 409,
  Rejected: 422,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
};

/** An error as the client throws it. */
export function failure(
  code: PolytomicErrorCode,
  details: { status?: number; retryAfterMs?: number; method?: string } = {},
): PolytomicError {
  const status = details.status ?? statusOf[code];
  return new PolytomicError(`answered ${status ?? 'nothing'}`, {
    code,
    operation: 'modelSync.start',
    method: 'POST',
    path: '/api/syncs/{id}/executions',
    answered: code !== 'Network',
    ...(status !== undefined && { status }),
    ...details,
  });
}

/** The moment at which the tests begin. */
export const startOfTest = Date.parse('2026-03-01T12:00:00.000Z');

/** A time so many milliseconds after (before, if negative) the beginning. */
export function at(ms: number): string {
  return new Date(startOfTest + ms).toISOString();
}

/** A run in progress, created at the beginning. */
export function run(executionId: string, fields: Partial<ShapedExecution> = {}): ShapedExecution {
  return {
    kind: 'model',
    syncId: 'sync-1',
    executionId,
    status: 'running',
    phase: 'running',
    createdAt: at(0),
    startedAt: null,
    completedAt: null,
    records: {
      total: null,
      inserted: null,
      updated: null,
      upserted: null,
      deleted: null,
      errors: null,
      warnings: null,
    },
    errors: [],
    ...fields,
  };
}

/** A run that completed. */
export function completed(executionId: string, fields: Partial<ShapedExecution> = {}): ShapedExecution {
  return run(executionId, {
    status: 'completed',
    phase: 'ended',
    ending: 'completed',
    completedAt: at(1_000),
    ...fields,
  });
}
