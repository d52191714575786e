/** `awaitExecutions`: holds a place in the process's watcher until something settles. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { CompositeActivities, SyncBefore } from '../contracts/composite-activities';
import type { AwaitExecutionsRequest, AwaitExecutionsResult, SettledExecution } from '../contracts/waits';
import { failureTypes } from '../contracts/failure-types';
import { adapterFor } from '../executions/adapter-for';
import { readSnapshot } from '../executions/snapshot';
import type { ExecutionWatcher } from '../executions/watcher/execution-watcher';
import type { WatchOutcome, WatchRequest } from '../executions/watcher/wait';
import { parseWatchMemory } from '../executions/watcher/watch-memory';
import { withUrls } from '../executions/with-urls';
import { withoutTexts } from '../executions/without-texts';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { deadlineAt, holdWait, waiterName } from './hold-wait';
import { createAnswerMany } from './many-answer';

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
    const organization = organizationOf(deps, request.organization);
    request.executions.forEach(({ kind }) => requireSteps(organization, kind, ['read']));
    const { many } = request;
    if (many) request.upNext.forEach(({ kind }) => requireSteps(organization, kind, ['read']));
    const context = Context.current();
    const watcher = watcherOf(organization);
    const waiter = waiterName(context.info, request.waiter);
    const details = () => ({ memory: watcher.memory(waiter), live: watcher.live(waiter) });
    const { heartbeatTimeoutMs } = deps.setup;
    const { clock } = organization.client;
    return holdWait({ context, clock, heartbeatTimeoutMs, details }, async () => {
      const outcome = await watcher.watch(toWatch(context, request, clock.now()));
      return many ? answerMany(organization, { ...request, many }, outcome) : answer(organization, request, outcome);
    });
  };
}

function toWatch(
  { info, cancellationSignal: signal }: Context,
  { waiter, executions, lingerMs, ...until }: AwaitExecutionsRequest,
  now: number,
): WatchRequest {
  const memory = parseWatchMemory((info.heartbeatDetails as { memory?: unknown } | undefined)?.memory);
  return {
    waiter: waiterName(info, waiter),
    items: executions,
    lingerMs,
    deadlineAt: deadlineAt(until, now),
    signal,
    ...(memory ? { memory } : {}),
  };
}

async function answer(
  { client }: Organization,
  request: AwaitExecutionsRequest,
  { reason, settled }: WatchOutcome,
): Promise<AwaitExecutionsResult> {
  if (reason !== 'settled') return { settled: [], upNext: [] };
  const signal = Context.current().cancellationSignal;
  const upNext = (): Promise<SyncBefore[]> =>
    Promise.all(request.upNext.map(({ kind, syncId }) => readSnapshot(adapterFor(kind, client), syncId, { signal })));
  const [described, befores] = await Promise.all([withUrls(client, settled, signal), upNext()]);
  return { settled: request.errorText === 'omit' ? described.map(withoutItsTexts) : described, upNext: befores };
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
