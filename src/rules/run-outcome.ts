/** Decides what an ended execution means for the run that asked for it. */
import type { ResolvedRunOptions } from '../contracts/run-options';
import type { Execution, RecordCounts } from '../contracts/execution';
import type { RunOutcome } from '../contracts/run-result';

/** The limits that turn a completed run into a failed one. */
export type OutcomeLimits = Pick<
  ResolvedRunOptions,
  'maxErrorRecords' | 'maxErrorRatio' | 'minRecords' | 'maxWarnings'
>;

/** What Polytomic's events call a run some of whose records were rejected. */
export const completedWithErrorsStatus = 'completed_with_errors';

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

/** All other outcomes. */
export const unsuccessful = ['partiallyFailed', 'failed', 'canceled', 'timedOut'] as const;

/** How many ended without success; outcomes without a count count nothing. */
export function countUnsuccessful(counts: Partial<Record<RunOutcome, number>>): number {
  return unsuccessful.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);
}

function judgeCompleted(execution: Execution, limits: OutcomeLimits): Verdict {
  const schemas = execution.schemaCounts;
  if (schemas && schemas.failed > 0) {
    const outcome = schemas.failed < schemas.total ? 'partiallyFailed' : 'failed';
    const unended = execution.unendedSchemas ? `, ${execution.unendedSchemas} of them still in progress` : '';
    return { outcome, reason: `${schemas.failed} of ${schemas.total} schemas failed${unended}` };
  }
  const broken = brokenLimit(execution.records, limits);
  if (broken) return { outcome: 'failed', reason: broken };
  if (!hasErrors(execution)) return { outcome: 'completed' };
  return isUncounted(execution) ? judgeUncounted(limits) : { outcome: 'completedWithErrors' };
}

/** Nobody documents whether messages of a completed run concern single records; taken as a sign of trouble. */
export function hasErrors({ status, records, errors }: Execution): boolean {
  return (records.errors ?? 0) > 0 || errors.length > 0 || status === completedWithErrorsStatus;
}

/** It has errors, and how many records were rejected is not reported: a count of none would not fit that status. */
function isUncounted({ status, records }: Execution): boolean {
  return records.errors === null || (records.errors === 0 && status === completedWithErrorsStatus);
}

/** A limit that cannot be checked is not kept. */
function judgeUncounted({ maxErrorRecords, maxErrorRatio }: OutcomeLimits): Verdict {
  const reason = 'it completed with errors, and Polytomic does not report how many records were rejected';
  const limit = maxErrorRecords !== null ? 'maxErrorRecords' : maxErrorRatio !== null ? 'maxErrorRatio' : null;
  if (limit === null) return { outcome: 'completedWithErrors', reason };
  return { outcome: 'failed', reason: `${reason}, so that ${limit} cannot be checked` };
}

function brokenLimit(records: RecordCounts, limits: OutcomeLimits): string | undefined {
  const { total, errors, warnings } = records;
  const rejected = errors ?? 0;
  if (everyRecordRejected(records)) return `every record was rejected (${rejected} of ${total ?? rejected})`;
  if (limits.maxErrorRecords !== null && rejected > limits.maxErrorRecords) {
    return `${rejected} records were rejected, more than maxErrorRecords ${limits.maxErrorRecords}`;
  }
  if (limits.maxErrorRatio !== null && rejected / Math.max(total ?? 0, rejected, 1) > limits.maxErrorRatio) {
    return `${rejected} of ${total ?? 'unknown'} records were rejected, more than maxErrorRatio ${limits.maxErrorRatio}`;
  }
  if (limits.maxWarnings !== undefined && (warnings ?? 0) > limits.maxWarnings) {
    return `${warnings ?? 0} warnings, more than maxWarnings ${limits.maxWarnings}`;
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
