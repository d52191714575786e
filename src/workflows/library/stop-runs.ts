/** Cancels runs, or reads them a last time; the one way, whatever ends a workflow early. */
import { CancellationScope } from '@temporalio/workflow';
import type { CancelExecutionsRequest, CancelItem, CancelledItem } from '../../contracts/composite-activities';
import { cancelExecutions } from './composites';

/** A run that this workflow did not start, or of which only the id matters any more. */
export function readItem(ref: Pick<CancelItem, 'kind' | 'syncId' | 'executionId'>): CancelItem {
  return { ...ref, keys: [], newestBefore: null, notBefore: '', options: {}, cancel: false };
}

/** What became of each, in the order of the items. Cannot be cancelled, and never throws for what an activity did. */
export async function stopRuns(request: CancelExecutionsRequest): Promise<CancelledItem[]> {
  try {
    return await CancellationScope.nonCancellable(() => cancelExecutions(request));
  } catch (error) {
    // No worker did it within the bound: told as unconfirmed, as the workflow is to end all the same.
    const problem = error instanceof Error ? error.message : 'the cancel could not be carried out';
    return request.items.map(({ executionId }) => ({
      executionId,
      requested: false,
      confirmed: false,
      execution: null,
      problem,
    }));
  }
}
