/** When a caller's scope is cancelled. */
import type { CancellationScope } from '@temporalio/workflow';

/**
 * Calls back once the scope is cancelled; at once, if it is already. One that is not cancellable never is, though the SDK lets
 * its `cancelRequested` reject: whoever cleans up in it wants to see the end.
 */
export function onCancelOf(scope: CancellationScope, listener: () => void): void {
  if (!scope.cancellable) return;
  if (scope.consideredCancelled) listener();
  else scope.cancelRequested.catch(listener);
}
