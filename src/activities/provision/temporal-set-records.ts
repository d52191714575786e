/** The records of sets as workflows that stay open, reached over the worker's own Temporal connection. */
import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { WithStartWorkflowOperation, type Client, type WorkflowExecutionDescription } from '@temporalio/client';
import type { SetRef } from '../../contracts/provision-activities';
import {
  setClaimsMemo,
  setRecordQueryName,
  setRecordUpdateName,
  setWorkflowId,
  setWorkflowType,
  type SetAnswer,
  type SetMessage,
  type SetRecord,
} from '../../contracts/provision-record';
import { failureTypes } from '../../contracts/failure-types';
import { toDetails, toMarkdownCode, toMarkdownText, toSummary } from '../../rules/markdown';
import { canonicalJson } from '../../rules/provision/values';
import type { SetRecords } from './set-records';

/** A record answers within one workflow task; longer means that no worker polls its task queue. */
const answerTimeoutMs = 20_000;

/** The client is the worker's own: nothing has to be configured. */
export function createTemporalSetRecords(): SetRecords {
  return {
    read: (ref) => withDeadline(ref, () => readRecord(setWorkflowId(ref.organization, ref.set))),
    change: (ref, message) => withDeadline(ref, () => send(ref, message)),
    async endOfRecord({ organization, set }) {
      const found = await describe(setWorkflowId(organization, set));
      return found && found.status.name !== 'RUNNING' ? (found.closeTime?.toISOString() ?? null) : null;
    },
    async endOf({ workflowId, runId }) {
      const found = await describe(workflowId, runId);
      if (found?.status.name === 'RUNNING') return undefined;
      return { at: found?.closeTime?.toISOString() ?? null };
    },
    async *claims(organization) {
      const query = `WorkflowType = '${setWorkflowType}' AND ExecutionStatus = 'Running'`;
      const prefix = setWorkflowId(organization, '');
      for await (const { workflowId } of client().workflow.list({ query })) {
        if (!workflowId.startsWith(prefix)) continue;
        // The list is told of changes later; the execution itself knows them at once.
        const ids = (await describe(workflowId))?.memo?.[setClaimsMemo];
        if (Array.isArray(ids)) yield { set: workflowId.slice(prefix.length), ids: ids.map(String) };
      }
    },
  };
}

const client = (): Client => Context.current().client;

async function readRecord(workflowId: string): Promise<SetRecord | null> {
  try {
    return await client().workflow.getHandle(workflowId).query<SetRecord>(setRecordQueryName);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

async function send({ organization, set }: SetRef, message: SetMessage): Promise<SetAnswer> {
  const { info } = Context.current();
  // The same message in another attempt finds the first one's answer.
  const updateId = createHash('sha256')
    .update(canonicalJson([info.workflowExecution?.runId, info.activityId, info.attempt, message]))
    .digest('hex');
  const update = { args: [message] as [SetMessage], updateId };
  const workflowId = setWorkflowId(organization, set);
  if (message.type !== 'acquire') {
    const handle = client().workflow.getHandle(workflowId);
    return handle.executeUpdate<SetAnswer, [SetMessage]>(setRecordUpdateName, update).catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return { state: 'refused' };
      throw error;
    });
  }
  const start = new WithStartWorkflowOperation(setWorkflowType, {
    workflowId,
    taskQueue: info.taskQueue,
    args: [{ organization, set }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: toSummary(
      `Record of the set ${toMarkdownText(set)} in the organization ${toMarkdownText(organization)}`,
    ),
    staticDetails: toDetails(`**What the set** ${toMarkdownCode(set)} **owns**`, [
      'stays open between applies, and costs nothing while idle',
    ]),
  });
  return client().workflow.executeUpdateWithStart<never, SetAnswer, [SetMessage]>(setRecordUpdateName, {
    ...update,
    startWorkflowOperation: start as never,
  });
}

async function withDeadline<T>(ref: SetRef, work: () => Promise<T>): Promise<T> {
  const workflowId = setWorkflowId(ref.organization, ref.set);
  try {
    return await client().withDeadline(Date.now() + answerTimeoutMs, work);
  } catch (error) {
    const found = await describe(workflowId).catch(() => undefined);
    const queue = found ? ` It runs on the task queue "${found.taskQueue}".` : '';
    throw ApplicationFailure.create({
      type: failureTypes.Unavailable,
      message: `The record ${workflowId} did not answer (${error instanceof Error ? error.message : 'unknown reason'}).${queue} A worker with the workflows of temporal-polytomic has to poll its task queue`,
    });
  }
}

async function describe(workflowId: string, runId?: string): Promise<WorkflowExecutionDescription | null> {
  try {
    return await client().workflow.getHandle(workflowId, runId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
