/** Results of single syncs, whatever a story came to. */
import type { SyncRunResult } from '../../src/contracts/run-result';
import type { Story } from './run-scenario';

/** The results of single syncs that the end holds. */
export function resultsOf(end: Story['end']): SyncRunResult[] {
  const result = end.type === 'result' ? end.result : end.type === 'failure' ? end.details : null;
  if (typeof result !== 'object' || result === null) return [];
  if ('outcome' in result) return [result as SyncRunResult];
  if ('steps' in result) return Object.values(result.steps as Record<string, SyncRunResult>);
  return 'failures' in result ? (result.failures as SyncRunResult[]) : [];
}
