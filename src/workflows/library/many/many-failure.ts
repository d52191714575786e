/** How a fan-out or pipeline fails. */
import { ApplicationFailure } from '@temporalio/workflow';
import type { ItemFailure } from '../../../contracts/composite-activities';
import { failureTypes } from '../../../contracts/failure-types';
import type { FanOutResult, OutcomeCounts, PipelineResult } from '../../../contracts/fan-out-result';

const unsuccessful = ['partiallyFailed', 'failed', 'canceled', 'timedOut'] as const;

/** Some did not succeed; `details[0]` is the result. */
export function syncsFailed(result: FanOutResult | PipelineResult): ApplicationFailure {
  return ApplicationFailure.create({
    type: failureTypes.SyncsFailed,
    message: `Of ${result.total} syncs, ${describe(result)}`,
    nonRetryable: false,
    details: [result],
  });
}

/** Nothing more could be started; `details[0]` is the result. */
export function stoppedFor(failure: ItemFailure, result: FanOutResult | PipelineResult): ApplicationFailure {
  return ApplicationFailure.create({ ...failure, details: [result] });
}

/** Whether all ended as a workflow may succeed with. */
export function allSucceeded(counts: OutcomeCounts): boolean {
  return unsuccessful.every((outcome) => counts[outcome] === 0);
}

function describe(counts: OutcomeCounts): string {
  return unsuccessful.flatMap((outcome) => (counts[outcome] > 0 ? [`${counts[outcome]} ${outcome}`] : [])).join(', ');
}
