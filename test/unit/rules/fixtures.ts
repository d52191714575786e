/** Values that tests of the rules start from. */
import type { ResolvedRunOptions } from '../../../src/contracts/run-options';
import type { SyncSnapshot } from '../../../src/contracts/sync-snapshot';
import type { Execution, RecordCounts } from '../../../src/contracts/execution';

export const unreported: RecordCounts = {
  total: null,
  inserted: null,
  updated: null,
  upserted: null,
  deleted: null,
  errors: null,
  warnings: null,
};

export function counts(some: Partial<RecordCounts>): RecordCounts {
  return { ...unreported, ...some };
}

export function completed(some: Partial<Execution> = {}): Execution {
  return {
    kind: 'model',
    syncId: 'sync',
    executionId: 'execution',
    status: 'completed',
    phase: 'ended',
    ending: 'completed',
    createdAt: '2026-01-01T00:00:00Z',
    startedAt: '2026-01-01T00:00:01Z',
    completedAt: '2026-01-01T00:01:00Z',
    records: counts({ total: 100, errors: 0 }),
    errors: [],
    ...some,
  };
}

export function options(some: Partial<ResolvedRunOptions> = {}): ResolvedRunOptions {
  return {
    ifRunning: 'waitThenStart',
    startedAfter: null,
    timeoutMs: 60_000,
    onCancel: 'cancelOwn',
    onTimeout: 'cancelOwn',
    warnAfter: { timesMedian: 3 },
    onFailure: 'throw',
    maxErrorRecords: null,
    maxErrorRatio: null,
    minRecords: null,
    errorText: 'include',
    ifInactive: 'fail',
    start: {},
    retryFailedSchemas: 0,
    ...some,
  };
}

export function before(some: Partial<SyncSnapshot> = {}): SyncSnapshot {
  return {
    kind: 'bulk',
    syncId: 'sync',
    name: 'Lake',
    active: true,
    problems: [],
    newest: null,
    running: null,
    usual: null,
    serverTime: '2026-01-01T00:00:00Z',
    ...some,
  };
}
