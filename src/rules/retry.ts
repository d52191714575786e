/** Decides whether a sync that did not succeed is run again as a whole. */
import type { ResolvedRetry } from '../contracts/run-options';
import type { SyncRunResult } from '../contracts/run-result';

/** An attempt that is over. */
export interface EndedAttempt {
  result: Pick<SyncRunResult, 'outcome' | 'attached' | 'executionId' | 'cancelConfirmed'>;
  /** Attempts so far, this one included. */
  attempts: number;
}

/** Whether there may be another attempt: of a run of our own, which surely is over. */
export function mayRetry(retry: ResolvedRetry | undefined, { result, attempts }: EndedAttempt): retry is ResolvedRetry {
  const { outcome, attached, executionId, cancelConfirmed } = result;
  if (!retry || attempts >= retry.attempts) return false;
  if (attached || executionId === null || cancelConfirmed === false) return false;
  return retry.on.some((one) => one === outcome);
}
