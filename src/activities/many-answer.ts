/** The answer of a wait for many: compact ends, the snapshots of what comes next, and how busy the connections are. */
import { Context } from '@temporalio/activity';
import type { SyncSnapshot } from '../contracts/sync-snapshot';
import { failureTypes } from '../contracts/failure-types';
import type {
  AwaitExecutionsRequest,
  AwaitExecutionsResult,
  FailedSnapshot,
  ManyWait,
  SettledExecution,
} from '../contracts/waits';
import { compactSnapshot } from '../executions/compact-outcomes';
import { compactExecution } from '../executions/compact-execution';
import { ConnectionLoad, type RunsByConnection } from '../executions/connection-load';
import { fitting } from '../executions/fitting';
import type { WatchOutcome } from '../executions/watcher/wait';
import { mayStillFailOf, withUrls } from '../executions/with-urls';
import { withoutTexts } from '../executions/without-texts';
import { isPolytomicError } from '../polytomic/errors';
import { truncateText } from '../rules/quoted';
import type { Organization } from './dependencies';
import { toItemFailure } from './failure';
import { readManySnapshots, type ReadOutcome } from './many-snapshots';

/** Shares of the payload that an answer may be. Ends that do not fit answer at once when they are waited for again. */
const endsLimit = { most: 200, bytes: 100 * 1024 };
const snapshotsLimit = { most: 200, bytes: 60 * 1024 };
const longestMessage = 200;
/** Attempts at a read on its own; then the engine reads others first. */
const maxReadAttempts = 4;

/** What is asked of the wait besides. */
export type ManyRequest = AwaitExecutionsRequest & { many: ManyWait };

/** Makes the answer to a wait. */
export type AnswerMany = (
  organization: Organization,
  request: ManyRequest,
  outcome: WatchOutcome,
) => Promise<AwaitExecutionsResult>;

/** What it knows of connections is shared by all waits of this process. */
export function createAnswerMany(): AnswerMany {
  const loads = new WeakMap<Organization, ConnectionLoad>();
  return async (organization, request, { reason, settled, stalled, still }) => {
    if (reason === 'superseded') return { settled: [], upNext: [] };
    const { many, upNext: asked, executions } = request;
    const ends = settled.map((one) => compact(one, request));
    const told = fitting(ends, endsLimit);
    const { cancellationSignal: signal, info } = Context.current();
    const items = asked.slice(0, told.length + many.spare);
    const [described, outcomes, runsByConnection] = await Promise.all([
      withUrls(organization.client, told, { signal, mayStillFail: mayStillFailOf(executions) }),
      readManySnapshots(organization, { items, full: many.fullBefore, signal }),
      many.connections ? readLoad(loads, organization) : undefined,
    ]);
    if (executions.length === 0 && info.attempt < maxReadAttempts) throwIfAllInTrouble(outcomes);
    return {
      settled: described,
      ...(stalled && { stalled }),
      ...(still && { still }),
      ...toSnapshots(outcomes),
      ...(runsByConnection && { runsByConnection }),
    };
  };
}

function compact(settled: SettledExecution, { many, errorText }: ManyRequest): SettledExecution {
  if (settled.state === 'ended') {
    const execution = compactExecution(settled.execution, many);
    return { ...settled, execution: errorText === 'omit' ? withoutTexts(execution) : execution };
  }
  const { failure } = settled;
  return { ...settled, failure: { ...failure, message: truncateText(failure.message, longestMessage) } };
}

/** With nothing to tell but trouble, Temporal is to wait before the next try. */
function throwIfAllInTrouble(outcomes: readonly ReadOutcome[]): void {
  const errors = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []));
  if (errors.length === 0 || errors.length < outcomes.length) return;
  if (errors.every((error) => !toItemFailure(error).nonRetryable)) throw errors[0];
}

/** A snapshot for which there is no room counts as one that could not be read yet. */
function toSnapshots(outcomes: readonly ReadOutcome[]): Pick<AwaitExecutionsResult, 'upNext' | 'failedBefores'> {
  const snapshots = outcomes.flatMap((outcome) => ('snapshot' in outcome ? [compactSnapshot(outcome.snapshot)] : []));
  const upNext = fitting(snapshots, snapshotsLimit);
  const failed = outcomes.flatMap((outcome) => ('error' in outcome ? [toFailedSnapshot(outcome)] : []));
  return { upNext, failedBefores: [...failed, ...snapshots.slice(upNext.length).map(noRoom)] };
}

function toFailedSnapshot({ item: { kind, syncId }, error }: Extract<ReadOutcome, { error: unknown }>): FailedSnapshot {
  const { message, ...failure } = toItemFailure(error);
  return { kind, syncId, failure: { ...failure, message: truncateText(message, longestMessage) } };
}

const noRoom = ({ kind, syncId }: SyncSnapshot): FailedSnapshot => ({
  kind,
  syncId,
  failure: { type: failureTypes.Unavailable, message: 'no room in the answer; ask again', nonRetryable: false },
});

/** Absent where it cannot be told now; the wait goes on without. */
async function readLoad(
  loads: WeakMap<Organization, ConnectionLoad>,
  organization: Organization,
): Promise<RunsByConnection | undefined> {
  const needed = ['bulkSync.list', 'bulkSync.executions.listStatus'];
  if (!needed.every((operation) => organization.allows(operation))) return undefined;
  const load = loads.get(organization) ?? new ConnectionLoad(organization.client);
  loads.set(organization, load);
  try {
    return await load.read();
  } catch (error) {
    if (!isPolytomicError(error)) throw error;
    return undefined;
  }
}
