/** How long a sync's runs usually take, learnt from the recent ones. */
import type { UsualDuration } from '../contracts/sync-snapshot';
import { medianOf } from '../rules/median';
import type { ShapedExecution } from './sync-adapter';

/**
 * Median and spread of the completed ordinary runs, from creation to end, as that is what a wait lives through. Test,
 * partial and resync runs are left out where they can be told. Null when no run is left.
 */
export function usualDuration(executions: readonly ShapedExecution[]): UsualDuration | null {
  const durations = executions.flatMap(durationOf);
  if (durations.length === 0) return null;
  const logs = durations.map((duration) => Math.log(duration));
  const mean = average(logs);
  const sigma = Math.sqrt(average(logs.map((log) => (log - mean) ** 2)));
  return { medianMs: Math.round(medianOf(durations)), sigma, runs: durations.length };
}

function durationOf({ ending, shape, createdAt, startedAt, completedAt }: ShapedExecution): number[] {
  if (ending !== 'completed' || shape?.isTest || shape?.isPartial || shape?.isResync) return [];
  const duration = Date.parse(completedAt ?? '') - Date.parse(createdAt ?? startedAt ?? '');
  return duration > 0 ? [duration] : [];
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
