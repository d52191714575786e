/** `awaitExecutions`: holds a place in the process's watcher until something settles. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { CompositeActivities, SyncBefore } from '../contracts/composite-activities';
import type { AwaitExecutionsRequest, AwaitExecutionsResult, SettledExecution } from '../contracts/waits';
import { failureTypes } from '../contracts/failure-types';
import { adapterFor } from '../executions/adapter-for';
import { readBefore } from '../executions/before';
import type { ExecutionWatcher } from '../executions/watcher/execution-watcher';
import type { WatchOutcome } from '../executions/watcher/wait';
import { parseWatchMemory } from '../executions/watcher/watch-memory';
import { withUrls } from '../executions/with-urls';
import { withoutTexts } from '../executions/without-texts';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { holdWait, waiterName } from './hold-wait';

/** More executions than this belong into another wait, so that an end costs only the wait in which it happened. */
const mostExecutions = 200;

/** "Before"s read at once on the way out of a wait. */
const mostUpNext = 200;

/** Makes the activity. `watcherOf` gives the one watcher of an organization in this process. */
export function createAwaitExecutions(
  deps: ActivityDependencies,
  watcherOf: (organization: Organization) => ExecutionWatcher,
): CompositeActivities['awaitExecutions'] {
  return async (request) => {
    if (request.executions.length > mostExecutions || request.upNext.length > mostUpNext) throw tooMany();
    const organization = organizationOf(deps, request.organization);
    request.executions.forEach(({ kind }) => requireSteps(organization, kind, ['read']));
    const watcher = watcherOf(organization);
    const outcome = await watch(watcher, request, deps.setup.heartbeatTimeoutMs);
    return answer(organization, request, outcome);
  };
}

async function watch(
  watcher: ExecutionWatcher,
  request: AwaitExecutionsRequest,
  heartbeatTimeoutMs: number,
): Promise<WatchOutcome> {
  const context = Context.current();
  const waiter = waiterName(context.info, request.waiter);
  const memory = parseWatchMemory((context.info.heartbeatDetails as { memory?: unknown } | undefined)?.memory);
  const details = () => ({ memory: watcher.memory(waiter), live: watcher.live(waiter) });
  return holdWait({ context, heartbeatTimeoutMs, details }, () =>
    watcher.watch({
      waiter,
      items: request.executions,
      lingerMs: request.lingerMs,
      deadlineAt: request.deadline === null ? null : Date.parse(request.deadline),
      signal: context.cancellationSignal,
      ...(memory ? { memory } : {}),
    }),
  );
}

async function answer(
  { client }: Organization,
  request: AwaitExecutionsRequest,
  { reason, settled }: WatchOutcome,
): Promise<AwaitExecutionsResult> {
  if (reason !== 'settled') return { settled: [], upNext: [] };
  const signal = Context.current().cancellationSignal;
  const upNext = (): Promise<SyncBefore[]> =>
    Promise.all(request.upNext.map(({ kind, syncId }) => readBefore(adapterFor(kind, client), syncId, { signal })));
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
