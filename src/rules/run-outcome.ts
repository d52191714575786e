/** Decides what an ended execution means for the run that asked for it. */
import type { ResolvedRunOptions } from '../contracts/composite-activities';
import type { Execution, RecordCounts } from '../contracts/execution';
import type { RunOutcome } from '../contracts/run-result';

/** The limits that turn a completed run into a failed one. */
export type OutcomeLimits = Pick<ResolvedRunOptions, 'maxErrorRecords' | 'maxErrorRatio' | 'minRecords'>;

/** An outcome, with the reason where the status alone does not say it. */
export interface Verdict {
  outcome: RunOutcome;
  reason?: string;
}

/** Judges an execution whose phase is `ended`; one that has not ended is `failed`, as nothing proves a success. */
export function judgeRun(execution: Execution, limits: OutcomeLimits): Verdict {
  switch (execution.ending) {
    case 'completed':
      return judgeCompleted(execution, limits);
    case 'partial':
      return { outcome: 'partiallyFailed', reason: `the execution ended with status "${execution.status}"` };
    case 'canceled':
      return { outcome: 'canceled' };
    case 'failed':
      return { outcome: 'failed' };
    case 'unknown':
      return {
        outcome: 'failed',
        reason: `the execution ended with status "${execution.status}", which is no success`,
      };
    case undefined:
      return { outcome: 'failed', reason: `the execution has not ended (status "${execution.status}")` };
  }
}

/** Whether the workflow may succeed with this outcome. */
export function isSuccess(outcome: RunOutcome): boolean {
  return outcome === 'completed' || outcome === 'completedWithErrors' || outcome === 'skipped';
}

function judgeCompleted(execution: Execution, limits: OutcomeLimits): Verdict {
  const schemas = execution.schemaCounts;
  if (schemas && schemas.failed > 0) {
    const outcome = schemas.failed < schemas.total ? 'partiallyFailed' : 'failed';
    return { outcome, reason: `${schemas.failed} of ${schemas.total} schemas failed` };
  }
  const broken = brokenLimit(execution.records, limits);
  if (broken) return { outcome: 'failed', reason: broken };
  return { outcome: hasErrors(execution) ? 'completedWithErrors' : 'completed' };
}

/** Nobody documents whether messages of a completed run concern single records; taken as a sign of trouble. */
function hasErrors(execution: Execution): boolean {
  return (execution.records.errors ?? 0) > 0 || execution.errors.length > 0;
}

function brokenLimit(records: RecordCounts, limits: OutcomeLimits): string | undefined {
  const { total, errors } = records;
  const rejected = errors ?? 0;
  if (everyRecordRejected(records)) return `every record was rejected (${rejected} of ${total ?? rejected})`;
  if (limits.maxErrorRecords !== null && rejected > limits.maxErrorRecords) {
    return `${rejected} records were rejected, more than maxErrorRecords ${limits.maxErrorRecords}`;
  }
  if (limits.maxErrorRatio !== null && rejected / Math.max(total ?? 0, rejected, 1) > limits.maxErrorRatio) {
    return `${rejected} of ${total ?? 'unknown'} records were rejected, more than maxErrorRatio ${limits.maxErrorRatio}`;
  }
  if (limits.minRecords !== null && (total ?? -1) < limits.minRecords) {
    return `${total === null ? 'an unreported number of' : total} records, fewer than minRecords ${limits.minRecords}`;
  }
  return undefined;
}

/** Some targets report no counts by operation, so zeros there prove nothing; any written record disproves it. */
function everyRecordRejected({ total, errors, inserted, updated, upserted, deleted }: RecordCounts): boolean {
  if (total === null || errors === null || errors === 0) return false;
  const written = (inserted ?? 0) + (updated ?? 0) + (upserted ?? 0) + (deleted ?? 0);
  return written === 0 && errors >= total;
}
