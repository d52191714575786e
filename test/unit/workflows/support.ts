/** What the parts of a loop are built on, where no server is needed. */
import type { PreparedRuns } from '../../../src/contracts/prepared-runs';
import type { ResolvedFanOut } from '../../../src/contracts/prepared-fan-out';
import type { SyncRunResult } from '../../../src/contracts/run-result';
import { noCounts } from '../../../src/rules/no-counts';
import { options } from '../rules/fixtures';

/** Limits that limit nothing. */
export const fanOut: ResolvedFanOut = {
  filter: {},
  shard: null,
  maxConcurrent: 20,
  maxConcurrentPerConnection: null,
  startsPerMinute: null,
  failurePolicy: 'continue',
  timeoutPerSyncMs: null,
  dryRun: false,
  notify: [],
};

/** A fan-out over bulk syncs. */
export const prepared: PreparedRuns = {
  kind: 'bulk',
  organization: 'default',
  options: options(),
  syncIds: [],
  syncs: [],
  create: null,
  setup: { waitTaskQueue: null, heartbeatTimeoutMs: 75_000, cancelTimeoutMs: 60_000 },
  serverTime: '',
  expired: false,
  fanOut,
};

/** A result of which only the outcome matters. */
export function resultOf(outcome: SyncRunResult['outcome'], completedAt: string | null = null): SyncRunResult {
  return {
    kind: 'bulk',
    organization: 'default',
    syncId: 's',
    name: null,
    executionId: null,
    outcome,
    status: null,
    attached: false,
    startedAt: null,
    completedAt,
    records: { ...noCounts },
    errors: [],
  };
}
