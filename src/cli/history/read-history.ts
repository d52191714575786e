/** Reads all runs of a workflow from Temporal. */
import { decodeInPlace } from '../codec';
import type { Temporal } from '../connect';
import { titleOf } from '../run/title';
import { FactReader, type EventLike, type HistoryFacts } from './facts';

/**
 * Histories of one workflow, from its first run to its last.
 *
 * @param last its last run, where the id was used again since; default: the newest of the id
 * @throws WorkflowNotFoundError
 */
export async function readHistory(temporal: Temporal, workflowId: string, last?: string): Promise<HistoryFacts> {
  const { client } = temporal;
  const { memo, type, runId, raw } = await client.workflow.getHandle(workflowId, last).describe();
  const reader = new FactReader({ workflowId, title: titleOf(memo, type) });
  // Where the first run was deleted already, those that are left still say a lot.
  const first = raw.workflowExecutionInfo?.firstRunId || runId;
  for (let at: string | undefined = first; at !== undefined;) {
    const events: EventLike[] | undefined = await readRun(temporal, workflowId, at).catch((error: unknown) => {
      if (at === first && first !== runId) return undefined;
      throw error;
    });
    at = events === undefined ? runId : reader.readRun(at, events);
  }
  return reader.facts;
}

async function readRun({ client, codec }: Temporal, workflowId: string, runId: string): Promise<EventLike[]> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  return (await decodeInPlace(events ?? [], codec)) as unknown as EventLike[];
}
