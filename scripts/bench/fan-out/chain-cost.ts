/** What a workflow cost in Temporal, over all runs of a chain that continued as new. */
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { actionsOf } from '../temporal-cost';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** Of the whole chain. */
export interface ChainCost {
  /** Runs of the chain. */
  runs: number;
  events: number;
  /** Billable actions, heartbeats included. */
  actions: number;
  heartbeats: number;
  /** The largest payload of any event. */
  largestPayloadBytes: number;
}

/** Reads the histories of the run and of all that followed it. `heartbeats`: those that reached the server. */
export async function chainCost(
  client: Client,
  { workflowId, firstRunId, heartbeats }: { workflowId: string; firstRunId: string; heartbeats: number },
): Promise<ChainCost> {
  const cost: ChainCost = { runs: 0, events: 0, actions: heartbeats, heartbeats, largestPayloadBytes: 0 };
  for (let runId: string | null = firstRunId; runId;) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const events: readonly HistoryEvent[] = history.events ?? [];
    cost.runs += 1;
    cost.events += events.length;
    cost.actions += events.reduce((sum, event) => sum + actionsOf(event), 0);
    cost.largestPayloadBytes = Math.max(cost.largestPayloadBytes, ...events.map(largestPayload));
    runId = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? null;
  }
  return cost;
}

/** Bytes of the largest payload anywhere in an event. */
function largestPayload(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (value instanceof Uint8Array) return value.byteLength;
  return Object.values(value).reduce((most: number, part) => Math.max(most, largestPayload(part)), 0);
}
