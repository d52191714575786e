/** Our workflows that are open now, and where each stands. */
import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { Temporal } from '../connect';
import { formatCount } from '../style';
import { fanOutPhraseOf, provisioningText, runText, summarizeCounts } from '../watch/phrases';
import { readProgress } from '../watch/watched-run';
import { followedTypes, visibilityQuery } from '../workflow-types';
import { titleOf } from './title';

/** One open workflow. */
export interface OpenRun {
  workflowId: string;
  workflow: string;
  /** Name of the sync, where the program or a schedule of ours started it; else the type of the workflow. */
  title: string;
  startedAt: string;
  /** In words. */
  state: string;
  /** Answer of the query `progress`; null where no worker answers. */
  progress: unknown;
}

const queryTimeoutMs = 5_000;
const maxParallel = 10;

/** Newest first. */
export async function listOpenRuns(temporal: Temporal, limit: number): Promise<OpenRun[]> {
  const found: WorkflowExecutionInfo[] = [];
  for await (const info of temporal.client.workflow.list({ query: visibilityQuery('Running', followedTypes) })) {
    if (found.push(info) >= limit) break;
  }
  const runs: OpenRun[] = [];
  for (let at = 0; at < found.length; at += maxParallel) {
    runs.push(...(await Promise.all(found.slice(at, at + maxParallel).map((info) => describeRun(temporal, info)))));
  }
  return runs;
}

async function describeRun({ client, connection }: Temporal, info: WorkflowExecutionInfo): Promise<OpenRun> {
  const { workflowId, type, startTime, memo } = info;
  const known = {
    workflowId,
    workflow: type,
    startedAt: startTime.toISOString(),
    title: titleOf(memo, type),
  };
  try {
    const query = (): Promise<unknown> => client.workflow.getHandle(workflowId).query('progress');
    const progress = await connection.withDeadline(Date.now() + queryTimeoutMs, query);
    return { ...known, progress, state: stateText(progress) };
  } catch {
    return { ...known, progress: null, state: 'no worker answers' };
  }
}

/** Where a workflow stands, in one line. */
export function stateText(answer: unknown): string {
  const { run, fanOut, provisioning } = readProgress(answer) ?? {};
  if (run) return runText(run);
  if (provisioning) return provisioningText(provisioning);
  if (!fanOut) return 'running';
  const { phase, total, counts, runningCount } = fanOut;
  if (total === null) return fanOutPhraseOf(phase);
  const done = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const words = [...summarizeCounts(counts), `${formatCount(runningCount)} running`].join(', ');
  return `${phase === 'running' ? '' : `${phase}, `}${formatCount(done)} of ${formatCount(total)}: ${words}`;
}
