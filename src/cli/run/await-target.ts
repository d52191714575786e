/** Finds what `await` is to wait for: a workflow, or a wait that is started for a sync or one of its executions. */
import { checkWorkflowInput } from '../../inputs/check-workflow-input';
import { isUuid, normalizeId } from '../../rules/ids';
import { summarizeSync } from '../../rules/sync-names';
import { CliError, grpcCodeOf } from '../cli-error';
import type { Temporal } from '../connect';
import type { Session } from '../session';
import { findSyncs } from '../syncs/find-syncs';
import { placeholderId } from '../syncs/placeholder-id';
import type { NamedSync } from '../syncs/resolve-syncs';
import type { Followed } from '../watch/follow';
import { identifyStart, startWorkflow } from './start-workflow';
import { titleOf } from './title';

/** What was named, and how it is to be understood. */
export interface AwaitTarget {
  readonly asked: string;
  readonly organization?: string;
  /** The sync whose execution is asked for. */
  readonly sync?: string;
  readonly kind?: 'model' | 'bulk';
  readonly completedAfter?: string;
  /** Not for a run, but until the ingestion of a bulk sync is no farther behind. */
  readonly caughtUpWithin?: string;
  /** Longest time to wait. */
  readonly timeout?: string;
}

/** What is to be followed. */
export interface AwaitedWorkflow {
  readonly followed: Followed;
  /** It is a wait of this command, which ends by itself once the timeout has passed. */
  readonly isOwnWait: boolean;
}

/** @throws CliError where there is neither such a workflow nor such a sync */
export async function awaitTarget(session: Session, temporal: Temporal, target: AwaitTarget): Promise<AwaitedWorkflow> {
  const { sync, completedAfter, caughtUpWithin } = target;
  const isWorkflow = [sync, completedAfter, caughtUpWithin].every((one) => one === undefined);
  const found = isWorkflow ? await findWorkflow(temporal, target.asked) : undefined;
  return found
    ? { followed: found, isOwnWait: false }
    : { followed: await startWait(session, target), isOwnWait: true };
}

const notFound = 5;

/** Undefined where no workflow has the id. */
export async function findWorkflow({ client }: Temporal, workflowId: string): Promise<Followed | undefined> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const { startTime, memo } = await handle.describe();
    return { handle, title: titleOf(memo, workflowId), startedAt: startTime.getTime() };
  } catch (error) {
    if (grpcCodeOf(error) === notFound || (error as Error).name === 'WorkflowNotFoundError') return undefined;
    throw error;
  }
}

/** Checks all that can be known before the sync is found. @throws InvalidInputError that names every wrong field */
export function checkAwaitTarget(target: AwaitTarget): void {
  checkWorkflowInput('awaitSync', toInput(target, { kind: target.kind ?? 'bulk', syncId: placeholderId }));
}

function toInput(target: AwaitTarget, { kind, syncId }: Pick<NamedSync, 'kind' | 'syncId'>): Record<string, unknown> {
  const { asked, sync, organization, completedAfter, caughtUpWithin, timeout } = target;
  return {
    ...{ kind, syncId },
    ...(organization !== undefined && { organization }),
    ...(sync !== undefined && { executionId: normalizeId(asked) }),
    ...(completedAfter !== undefined && { completedAfter }),
    ...(caughtUpWithin !== undefined && { caughtUpWithin }),
    // So that the workflow does not outlive the command by days.
    ...(timeout !== undefined && { timeout }),
  };
}

/** `awaitSync` starts and cancels nothing in Polytomic. */
async function startWait(session: Session, target: AwaitTarget): Promise<Followed> {
  const { asked, sync, organization, caughtUpWithin } = target;
  const kind = target.kind ?? (caughtUpWithin === undefined ? undefined : 'bulk');
  const temporal = await session.temporalWithWorkers();
  const kinds = kind === undefined ? (['model', 'bulk'] as const) : [kind];
  const [found] = await findSyncs(temporal, { asked: [sync ?? asked], kinds, organization }).catch((error: unknown) => {
    if (sync !== undefined || !isUuid(asked) || !(error instanceof CliError)) throw error;
    const nextStep = `Of an execution, name the sync too: temporal-polytomic await ${asked} --sync SYNC`;
    throw new CliError(error.exitCode, `No workflow and no sync has the id ${asked}`, nextStep);
  });
  const { syncId, name, kind: foundKind } = found ?? { syncId: asked, name: '', kind: 'bulk' as const };
  const title = name || syncId;
  const request = {
    workflow: 'awaitSync',
    input: toInput(target, { kind: foundKind, syncId }),
    title,
    summary: `Wait for ${caughtUpWithin === undefined ? 'a run' : 'the ingestion'} of ${summarizeSync({ kind: foundKind, syncId, name })}`,
  };
  const started = await startWorkflow(temporal, identifyStart(request));
  session.print.note(`${title}: waiting by workflow ${started.handle.workflowId}`);
  return started;
}
