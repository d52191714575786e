/** Looks at a set-up from this program to Polytomic, as far as it leads. */
import { randomUUID } from 'node:crypto';
import type { CheckPolytomicSetupInput, PolytomicSetup } from '../../contracts/inspection';
import { toCliError } from '../cli-error';
import type { Temporal } from '../connect';
import { exitCodes } from '../exit-codes';
import { readPollers } from '../pollers';
import type { Session } from '../session';
import { visibilityQuery } from '../workflow-types';
import {
  broken,
  judgeNode,
  judgePollers,
  judgeServer,
  judgeSetup,
  judgeVisibility,
  skipped,
  type Finding,
} from './findings';

const setupTimeoutMs = 30_000;

/** What to look at. */
export interface ExamineOptions {
  readonly organization: string | undefined;
  /** Version of this package. */
  readonly ownVersion: string;
}

/** All findings, in the order in which one rests on the other. */
export async function examine(session: Session, options: ExamineOptions): Promise<Finding[]> {
  const node = judgeNode(process.version);
  const later = ['namespace', 'search', 'workers', 'activities', 'waits', 'setup'];
  let temporal: Temporal;
  try {
    temporal = await session.temporal();
  } catch (error) {
    const { exitCode, message, nextStep } = toCliError(error);
    const check = exitCode === exitCodes.usage ? 'settings' : 'temporal';
    return [node, broken(check, exitCode, message, nextStep), ...skipped(later, 'needs Temporal')];
  }
  const { serverVersion } = await temporal.connection.workflowService.getSystemInfo({});
  const found = [node, judgeServer(serverVersion ?? '')];
  const namespace = await examineNamespace(temporal);
  if (namespace.state === 'broken') return [...found, namespace, ...skipped(later.slice(1), 'needs the namespace')];
  const queues = judgePollers(await readPollers(temporal));
  found.push(namespace, judgeVisibility(await visibilityProblem(temporal)), ...queues);
  const unpolled = queues.slice(0, 2).some(({ state }) => state === 'broken');
  if (unpolled) return [...found, ...skipped(['setup'], 'needs a worker')];
  return [...found, ...(await examineSetup(temporal, options))];
}

async function examineNamespace({ connection, namespace }: Temporal): Promise<Finding> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return { check: 'namespace', state: 'ok', message: `Namespace ${namespace}`, exitCode: exitCodes.ok };
  } catch (error) {
    const { exitCode, message } = toCliError(error);
    const cure =
      'Name one that there is: --namespace or TEMPORAL_NAMESPACE; or create it: temporal operator namespace create';
    return broken('namespace', exitCode, `Namespace ${namespace}: ${message}`, cure);
  }
}

async function visibilityProblem({ client }: Temporal): Promise<string | null> {
  try {
    await client.workflow.count(visibilityQuery('Running'));
    return null;
  } catch (error) {
    return toCliError(error).message;
  }
}

/** Asks a worker; one of an older release does not know the workflow, which shows as a task that is tried for ever. */
async function examineSetup(
  { client, taskQueue }: Temporal,
  { organization, ownVersion }: ExamineOptions,
): Promise<Finding[]> {
  const input: CheckPolytomicSetupInput = { ...(organization !== undefined && { organization }) };
  try {
    const setup = await client.workflow.execute<(input: CheckPolytomicSetupInput) => Promise<PolytomicSetup>>(
      'checkPolytomicSetup',
      {
        args: [input],
        taskQueue,
        workflowId: `check-polytomic-setup-${randomUUID()}`,
        workflowExecutionTimeout: setupTimeoutMs,
        staticSummary: 'Check the set-up for a terminal',
      },
    );
    return judgeSetup(setup, ownVersion);
  } catch (error) {
    const { exitCode, message } = toCliError(error);
    if (exitCode !== exitCodes.timedOut)
      return [broken('setup', exitCode, message, 'Name an organization that the worker has')];
    const slow = `The workers did not answer within ${setupTimeoutMs / 1000} s`;
    const cure = "Their release may be older than this program's, or they may be stuck: see their logs";
    return [broken('setup', exitCodes.noWorker, slow, cure)];
  }
}
