/** States of the engine that tests begin with, and answers that activities might give. */
import type { SyncSnapshot } from '../../../../src/contracts/sync-snapshot';
import type { Execution } from '../../../../src/contracts/execution';
import type { ResolvedFanOut } from '../../../../src/contracts/prepared-fan-out';
import { newJob, type Job } from '../../../../src/workflows/engine/job';
import { beginMany } from '../../../../src/workflows/engine/begin';
import { newWishes, type EngineState } from '../../../../src/workflows/engine/state';
import { completed, options } from '../../rules/fixtures';
import { fanOut, prepared } from '../support';

/** When everything begins. */
export const began = Date.UTC(2026, 0, 5);

/** A fan-out of which nothing was read yet. */
export function fanOutState(
  limits: Partial<ResolvedFanOut> = {},
  some: Parameters<typeof options>[0] = {},
  kind: 'bulk' | 'model' = 'bulk',
): EngineState {
  const request = { ...prepared, kind, options: options({ timeoutMs: 86_400_000, ...some }) };
  return beginMany(
    { ...request, fanOut: { ...fanOut, ...limits } },
    { base: 'base-key', began, wishes: newWishes() },
    began,
  );
}

/** One page with all syncs. */
export function listOf(ids: readonly string[]) {
  return {
    ids: [...ids],
    names: ids.map((id) => `Sync ${id}`),
    active: ids.map(() => true),
    connections: [],
    source: ids.map(() => -1),
    target: ids.map(() => -1),
    total: ids.length,
    missing: [],
    nextAfter: null,
    complete: true,
  };
}

/** A sync that may be started. */
export function snapshotOf(syncId: string, some: Partial<SyncSnapshot> = {}): SyncSnapshot {
  return {
    ...{ kind: 'bulk', syncId, name: `Sync ${syncId}`, active: true, problems: [], newest: null, running: null },
    ...{ usual: null, serverTime: new Date(began).toISOString() },
    ...some,
  };
}

/** A run that ended. */
export function endOf(syncId: string, executionId: string, some: Partial<Execution> = {}): Execution {
  return completed({ kind: 'bulk', syncId, executionId, ...some });
}

/** A job that awaits its own run. */
export function runningJob(id: string, some: Partial<Job> = {}): Job {
  const fields = { syncId: id, name: `Sync ${id}`, connections: [], start: {}, startedAfter: null, retriesLeft: 0 };
  const job = newJob({ kind: 'bulk', ifInactive: 'run', ...fields }, began);
  return {
    ...job,
    stage: {
      ...{ type: 'running', ownership: 'own', executionId: `run-of-${id}`, status: 'running', createdAt: null },
      ...{ usual: null, beganAt: began, isAwaited: true },
    },
    ...some,
  };
}
