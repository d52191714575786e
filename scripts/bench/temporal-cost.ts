/**
 * What a wait costs in Temporal. Billable actions are counted by this rule: 1 for the start of a workflow, 1 for each
 * activity and 1 more for each further try of it, 1 for each timer, signal and update, 1 for each heartbeat that reaches
 * the server. All but the heartbeats are read from histories; those the server's own metrics count, in a minute in which
 * every wait is so old that it heartbeats steadily.
 */
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

const { EventType } = temporal.api.enums.v1;
type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const actionTypes = new Set([
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
  EventType.EVENT_TYPE_TIMER_STARTED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
]);

/** Of one workflow, from start to end, heartbeats aside. */
export interface WorkflowCost {
  events: number;
  actions: number;
}

/** Average over workflows. */
export async function averageCost(client: Client, workflowIds: readonly string[]): Promise<WorkflowCost> {
  const cost = { events: 0, actions: 0 };
  for (const workflowId of workflowIds) {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    cost.events += events?.length ?? 0;
    cost.actions += (events ?? []).reduce((sum, event) => sum + actionsOf(event), 0);
  }
  return { events: cost.events / workflowIds.length, actions: cost.actions / workflowIds.length };
}

/** Billable actions that an event stands for. */
export function actionsOf({ eventType, activityTaskStartedEventAttributes: started }: HistoryEvent): number {
  if (started) return (started.attempt ?? 1) - 1;
  return eventType && actionTypes.has(eventType) ? 1 : 0;
}
