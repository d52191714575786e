/** The idempotency key of an activity that is given none. */
import { createHash } from 'node:crypto';
import type { Info } from '@temporalio/activity';

/**
 * The same for every try of an activity and for no other activity; hashed, as workflow ids break the key's alphabet. A
 * standalone activity has no workflow and its id may be used again: its run id tells one from the next.
 */
export function stableKey({ namespace, workflowExecution, activityId, activityRunId }: Info): string {
  const parts = workflowExecution
    ? [namespace, workflowExecution.workflowId, workflowExecution.runId, activityId]
    : [namespace, activityId, activityRunId];
  return hashOf(parts);
}

/** The key of something that a workflow sends, in one activity or another: `name` is unique within the workflow. */
export function workflowKey(info: Info, name: string): string {
  const { namespace, workflowExecution } = info;
  return workflowExecution ? hashOf([namespace, workflowExecution.workflowId, name]) : stableKey(info);
}

function hashOf(parts: readonly (string | undefined)[]): string {
  return `tp-${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}
