/** What a workflow's first activity cannot read for good: the workflow still tells whom it should of a sync that failed. */
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes, type FailureType } from '../contracts/failure-types';
import type { ItemFailure } from '../contracts/item-failure';
import { emptyResult, type RunIdentity } from '../rules/run-result';
import { toItemFailure } from './failure';

/** Of the sync, as Polytomic answers. What is wrong with the input, or with this worker, is thrown. */
const ofSync: readonly FailureType[] = [
  ...[failureTypes.NotFound, failureTypes.Forbidden, failureTypes.Unauthorized],
  ...[failureTypes.Rejected, failureTypes.PayloadTooLarge, failureTypes.Ambiguous],
];

/** What the attempt reads, or why that will never be possible. @throws what another attempt, or another input, may mend */
export async function readOrRefusal<T>(attempt: Promise<T>): Promise<{ read: T } | { refusal: ItemFailure }> {
  try {
    return { read: await attempt };
  } catch (error) {
    const refusal = toRefusal(error);
    if (refusal) return { refusal };
    throw error;
  }
}

/** Performs it. What this worker may not do is thrown with the result that the run has then, as other failures of runs are. */
export async function withResultOf<T>(run: RunIdentity, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    const { type, message, nonRetryable } = toItemFailure(error);
    if (type !== failureTypes.NotAllowed || !nonRetryable) throw error;
    const result = emptyResult(run, { outcome: 'failed', reason: `${type}: ${message}` }, null);
    throw ApplicationFailure.create({ type, message, nonRetryable, details: [result] });
  }
}

function toRefusal(error: unknown): ItemFailure | undefined {
  if (!(error instanceof ApplicationFailure) || !error.nonRetryable) return undefined;
  const type = ofSync.find((one) => one === error.type);
  return type && { type, message: error.message, nonRetryable: true };
}
