/** The failures that workflow code itself throws. */
import { ApplicationFailure } from '@temporalio/workflow';
import type { ItemFailure, SyncBefore } from '../../contracts/composite-activities';
import { failureTypes, type FailureType } from '../../contracts/failure-types';
import type { RunOutcome, SyncRunResult } from '../../contracts/run-result';

const typesByOutcome: Partial<Record<RunOutcome, { type: FailureType; nonRetryable: boolean }>> = {
  failed: { type: failureTypes.SyncFailed, nonRetryable: false },
  partiallyFailed: { type: failureTypes.SyncFailed, nonRetryable: false },
  canceled: { type: failureTypes.SyncCanceled, nonRetryable: true },
  timedOut: { type: failureTypes.SyncTimedOut, nonRetryable: false },
};

/** The failure of a run without success; `details[0]` is its result. */
export function outcomeFailure(result: SyncRunResult): ApplicationFailure {
  const kind = typesByOutcome[result.outcome] ?? { type: failureTypes.SyncFailed, nonRetryable: false };
  return ApplicationFailure.create({ ...kind, message: outcomeMessage(result), details: [result] });
}

function outcomeMessage(result: SyncRunResult): string {
  const run = result.executionId ? `execution ${result.executionId}` : 'no execution';
  const why = result.reason ?? result.errors[0];
  return `${syncName(result.kind, result)}: ${result.outcome} (${run}${why ? `: ${why}` : ''})`;
}

/** A run is in progress and `ifRunning` is `fail`. */
export function alreadyRunning(before: SyncBefore, executionId: string): ApplicationFailure {
  return stop(failureTypes.SyncAlreadyRunning, `${syncName(before.kind, before)} is already running`, {
    syncId: before.syncId,
    executionId,
  });
}

/** The sync is inactive and `ifInactive` is `fail`. */
export function inactive(before: SyncBefore): ApplicationFailure {
  const message = `${syncName(before.kind, before)} is inactive; activate it, or set ifInactive to "run" or "activate"`;
  return stop(failureTypes.SyncInactive, message, { syncId: before.syncId });
}

/** Polytomic reports problems that stop the sync from running. */
export function hasProblems(before: SyncBefore): ApplicationFailure {
  const [first] = before.problems;
  const more = before.problems.length > 1 ? ` and ${before.problems.length - 1} more` : '';
  const message = `${syncName(before.kind, before)} has problems: ${first?.message ?? first?.code ?? 'unnamed'}${more}`;
  return stop(failureTypes.SyncHasProblems, message, { syncId: before.syncId, problems: before.problems });
}

/** What an activity reported for one of its items. */
export function itemFailure({ type, message, nonRetryable }: ItemFailure): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable });
}

function stop(type: FailureType, message: string, details: Record<string, unknown>): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true, details: [details] });
}

function syncName(kind: string, { name, syncId }: { name: string | null; syncId: string }): string {
  return name ? `${kind} sync "${name}" (${syncId})` : `${kind} sync ${syncId}`;
}
