/** Starts a workflow of ours under an id that a person can read. */
import { randomBytes } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client';
import { CliError } from '../cli-error';
import type { Temporal } from '../connect';
import { exitCodes } from '../exit-codes';
import { quote } from '../shell-word';
import { toSummary } from '../../rules/markdown';
import type { Followed } from '../watch/follow';
import { detailStart } from './describe-start';
import { titleMemo } from './title';

/** What to start. */
export interface StartRequest {
  readonly workflow: string;
  readonly input: unknown;
  /** Default: a new one each time. An open workflow of this id is followed instead of started again. */
  readonly workflowId?: string;
  readonly title: string;
  /** Shown by the Temporal UI: what it does, without text of others that Markdown would take for its own. */
  readonly summary: string;
}

/** A workflow that was started, or found open under its id. */
export interface StartedWorkflow extends Followed {
  readonly handle: WorkflowHandle;
  readonly wasOpen: boolean;
}

/** A request whose workflow has an id before it is started, so that it can be named whatever becomes of the start. */
export interface IdentifiedStart extends StartRequest {
  readonly workflowId: string;
}

/** Gives the request an id where it has none. */
export function identifyStart(request: StartRequest): IdentifiedStart {
  const { workflow, title, workflowId = newWorkflowId(workflow, title) } = request;
  return { ...request, workflowId };
}

/** @throws the SDK's errors, CliError where another workflow is open under the id: its end would be taken for this one's */
export async function startWorkflow({ client, taskQueue }: Temporal, start: IdentifiedStart): Promise<StartedWorkflow> {
  const { workflow, workflowId, input, title, summary } = start;
  const handle = client.workflow.getHandle(workflowId);
  const askedAt = Date.now();
  try {
    await client.workflow.start(workflow, {
      args: [input],
      taskQueue,
      workflowId,
      staticSummary: toSummary(summary),
      staticDetails: detailStart(start, 'started from a terminal by `temporal-polytomic`'),
      memo: { [titleMemo]: title },
      workflowIdConflictPolicy: 'FAIL',
    });
    return { handle, title, startedAt: askedAt, wasOpen: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return { handle, title, startedAt: await startOf(handle, start), wasOpen: true };
  }
}

/** When the workflow that is open under the id began. */
async function startOf(handle: WorkflowHandle, { workflow, title }: IdentifiedStart): Promise<number> {
  const { type, startTime, memo } = await handle.describe();
  const openTitle = memo?.[titleMemo];
  const isOfAnother = typeof openTitle === 'string' && openTitle !== title;
  if (type === workflow && !isOfAnother) return startTime.getTime();
  const { workflowId } = handle;
  const named = type === workflow ? [` of ${quote(String(openTitle))}`, ` of ${quote(title)}`] : ['', ''];
  const message = `A ${type}${named[0]} is open as ${workflowId}, so that no ${workflow}${named[1]} was started`;
  const nextStep = `Give another --workflow-id, or wait for it: temporal-polytomic await ${quote(workflowId)}`;
  throw new CliError(exitCodes.usage, message, nextStep);
}

/** `runBulkSync-warehouse-to-lake-20261126-184500-1f2e`: readable, in order, and its own. */
export function newWorkflowId(workflow: string, title: string, now = new Date()): string {
  const slug = title
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .join('-')
    .slice(0, 40);
  const time = now
    .toISOString()
    .replace(/[-:]|\..*/g, '')
    .replace('T', '-');
  return [workflow, slug, time, randomBytes(2).toString('hex')].filter((part) => part !== '').join('-');
}
