/** The idempotency key of an activity that is given none. */
import { createHash } from 'node:crypto';
import type { Info } from '@temporalio/activity';

/** The same for every try of an activity and for no other activity; hashed, as workflow ids break the key's alphabet. */
export function stableKey({ workflowNamespace, workflowExecution, activityId }: Info): string {
  const parts = [workflowNamespace, workflowExecution?.workflowId, workflowExecution?.runId, activityId];
  return `tp-${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}
