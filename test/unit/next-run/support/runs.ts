/** Runs as the lists of Polytomic tell them. */
import type { ShapedExecution } from '../../../../src/executions/sync-adapter';
import { noCounts } from '../../../../src/rules/no-counts';

/** A run that began at a time and ended at another (milliseconds; null: not told; absent: it goes on). */
export function run(executionId: string, began: number, ended?: number | null): ShapedExecution {
  const over = ended !== undefined;
  return {
    kind: 'model',
    syncId: 'sync',
    executionId,
    status: over ? 'completed' : 'running',
    phase: over ? 'ended' : 'running',
    ...(over && { ending: 'completed' as const }),
    createdAt: new Date(began).toISOString(),
    startedAt: new Date(began).toISOString(),
    completedAt: typeof ended === 'number' ? new Date(ended).toISOString() : null,
    records: { ...noCounts },
    errors: [],
  };
}
