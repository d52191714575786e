/** `awaitExecutions`: holds a place in the process's watcher until something settles. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { SyncSnapshot } from '../contracts/sync-snapshot';
import type {
  AwaitExecutionsRequest,
  AwaitExecutionsResult,
  FailedSnapshot,
  SettledExecution,
  UpNextItem,
} from '../contracts/waits';
import { failureTypes } from '../contracts/failure-types';
import { adapterFor } from '../executions/adapter-for';
import { readSnapshot } from '../executions/snapshot';
import type { ExecutionWatcher } from '../executions/watcher/execution-watcher';
import type { WatchOutcome, WatchRequest } from '../executions/watcher/wait';
import { parseCheckpoint } from '../executions/watcher/wait-checkpoint';
import { mayStillFailOf, withUrls } from '../executions/with-urls';
import { withoutTexts } from '../executions/without-texts';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { toItemFailure } from './failure';
import { holdWait, lengthOf, waiterName } from './hold-wait';
import { createAnswerMany } from './many-answer';
import { retryably } from './retryably';

/** More executions than this belong into another wait, so that an end costs only the wait in which it happened. */
const mostExecutions = 200;

/** "Before"s read at once on the way out of a wait. */
const mostUpNext = 200;

/** Makes the activity. `watcherOf` gives the one watcher of an organization in this process. */
export function createAwaitExecutions(
  deps: ActivityDependencies,
  watcherOf: (organization: Organization) => ExecutionWatcher,
): CompositeActivities['awaitExecutions'] {
  const answerMany = createAnswerMany();
  return async (request) => {
    if (request.executions.length > mostExecutions || request.upNext.length > mostUpNext) throw tooMany();
    const { executions, upNext, many } = request;
    const organization = retryably(() => {
      const found = organizationOf(deps, request.organization, 'awaitExecutions');
      for (const { kind } of [...executions, ...upNext]) requireSteps(found, kind, ['read']);
      return found;
    });
    const context = Context.current();
    const watcher = watcherOf(organization);
    const { clock } = organization.client;
    const wait = toWatch(context, request, clock.now());
    const details = () => ({ checkpoint: watcher.checkpoint(wait.waitId), live: watcher.progress(wait.waitId) });
    const { heartbeatTimeoutMs } = deps.setup;
    return holdWait({ context, clock, heartbeatTimeoutMs, details }, async () => {
      const outcome = await watcher.watch(wait);
      return many ? answerMany(organization, { ...request, many }, outcome) : answer(organization, request, outcome);
    });
  };
}

function toWatch(
  { info, cancellationSignal: signal }: Context,
  request: AwaitExecutionsRequest,
  now: number,
): WatchRequest {
  const { waiter, executions, lingerMs } = request;
  const found = parseCheckpoint(checkpointIn(info.heartbeatDetails ?? request.checkpoint));
  // What another activity waited is no part of this one's time.
  const checkpoint = found && { ...found, ...(info.heartbeatDetails === undefined && { waitedMs: 0 }) };
  return {
    waitId: waiterName(info, waiter),
    items: executions,
    lingerMs,
    waitForMs: lengthOf(request, { waitedMs: checkpoint?.waitedMs ?? 0, now }),
    signal,
    ...(checkpoint && { checkpoint }),
  };
}

const checkpointIn = (details: unknown): unknown =>
  (details as { checkpoint?: unknown } | null | undefined)?.checkpoint;

/** A run that has ended has ended, whatever goes wrong with what is read after it. */
async function answer(
  { client }: Organization,
  request: AwaitExecutionsRequest,
  { reason, settled, stalled, still }: WatchOutcome,
): Promise<AwaitExecutionsResult> {
  const seen = still ? { still } : {};
  if (reason !== 'settled') return { settled: [], ...seen, upNext: [] };
  const signal = Context.current().cancellationSignal;
  const readNext = async ({ kind, syncId }: UpNextItem): Promise<SyncSnapshot | FailedSnapshot> => {
    try {
      return await readSnapshot(adapterFor(kind, client), syncId, { signal, client });
    } catch (error) {
      signal.throwIfAborted();
      return { kind, syncId, failure: toItemFailure(error) };
    }
  };
  const [described, read] = await Promise.all([
    withUrls(client, settled, { signal, mayStillFail: mayStillFailOf(request.executions) }),
    Promise.all(request.upNext.map(readNext)),
  ]);
  const failedBefores = read.filter((one) => 'failure' in one);
  return {
    ...(stalled && { stalled }),
    ...seen,
    settled: request.errorText === 'omit' ? described.map(withoutItsTexts) : described,
    upNext: read.flatMap((one) => ('failure' in one ? [] : [one])),
    ...(failedBefores.length > 0 && { failedBefores }),
  };
}

function withoutItsTexts(settled: SettledExecution): SettledExecution {
  return settled.state === 'ended' ? { ...settled, execution: withoutTexts(settled.execution) } : settled;
}

function tooMany(): ApplicationFailure {
  return ApplicationFailure.create({
    type: failureTypes.PayloadTooLarge,
    message: `A wait takes at most ${mostExecutions} executions; use several waits`,
    nonRetryable: true,
  });
}
