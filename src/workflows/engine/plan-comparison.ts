/** Which runs that completed are compared with past ones before they count. Pure, over the engine's state. */
import type { SyncRunResult } from '../../contracts/run-result';
import { isComparable } from '../../rules/records-ratio';
import { isSuccess } from '../../rules/run-outcome';
import { enterStage, type ComparingStage, type Job } from './job';
import { requestedStartOf } from './queue';
import type { EngineState } from './state';

/** A job that waits for a comparison. */
export type ComparingJob = Job & { stage: ComparingStage };

export function isComparing(job: Job): job is ComparingJob {
  return job.stage.type === 'comparing';
}

/** Plans a comparison where the input asks for one; says whether it did. Else the result counts as it is. */
export function planComparison(state: EngineState, job: Job, result: SyncRunResult, now: number): boolean {
  const { outcome, executionId, status } = result;
  if (state.settings.options.minRecordsRatio === undefined || !isSuccess(outcome) || executionId === null) return false;
  if (!isComparable({ kind: job.kind, start: requestedStartOf(state, job) })) return false;
  const read = { isInFlight: false, failures: 0, notBefore: now };
  enterStage(job, { type: 'comparing', executionId, status: status ?? '', ...read }, now);
  return true;
}

/** The same for a run that ended by itself while it was being stopped. Where the whole is over, nothing is read any more. */
export function planLateComparison(state: EngineState, job: Job, result: SyncRunResult, now: number): boolean {
  if (!planComparison(state, job, result, now)) return false;
  const { closing } = state;
  if (closing?.reason === 'timeout' || closing?.reason === 'cancel') return true;
  delete job.stop;
  delete job.attemptSince;
  return true;
}
