/** What stopping a job takes, and what it then comes to. */
import type { CancelItem, CancelledItem, ResolvedRunOptions } from '../../../contracts/composite-activities';
import type { SyncRunResult } from '../../../contracts/run-result';
import type { Verdict } from '../../../rules/run-outcome';
import type { ResultFrame } from '../../../rules/run-result';
import { stoppedResult } from '../../../rules/stopped-result';
import { readItem } from '../stop-runs';
import { executionOf, type ActiveJob, type Job } from './job';

/** The request for one job; null when there is nothing to cancel or read: only somebody else's run, or none at all. */
export function toCancelItem(job: ActiveJob, cancel: boolean): CancelItem | null {
  const { stage } = job.turn;
  const { kind, syncId } = job;
  if (stage.type === 'starting') {
    const { keys, newestBefore, notBefore, options } = stage.item;
    return { kind, syncId, keys, newestBefore, notBefore, options, executionId: null, cancel };
  }
  if (stage.type !== 'running' || stage.whose === 'other') return null;
  const item = readItem({ kind, syncId, executionId: stage.executionId });
  return { ...item, cancel: cancel && stage.whose === 'own' };
}

/** The result of a job that was stopped. */
export function stoppedJobResult(
  job: Job,
  { settled, verdict, organization }: { settled: CancelledItem | null; verdict: Verdict; organization: string },
  options: ResolvedRunOptions,
): SyncRunResult {
  const frame = frameOf(job, organization);
  return stoppedResult({ frame, executions: job.executions, executionId: executionOf(job), settled, verdict }, options);
}

/** What of a job's result does not come from its executions. */
export function frameOf({ kind, syncId, name, attached }: Job, organization: string): ResultFrame {
  return { kind, organization, syncId, name, attached };
}
