/** `awaitNextRun`: looks for a run that somebody else starts, until there is one. */
import { Context } from '@temporalio/activity';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { RunFinder } from '../executions/next-run/run-finder';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { holdWait, lengthOf } from './hold-wait';
import { retryably } from './retryably';
import { handoverOf, toHandover } from './search-handover';

/** Makes the activity. `finderOf` gives the one finder of an organization in this process. */
export function createAwaitNextRun(
  deps: ActivityDependencies,
  finderOf: (organization: Organization) => RunFinder,
): CompositeActivities['awaitNextRun'] {
  return async (request) => {
    const { kind, syncId, endedAfter, inProgress } = request;
    const organization = retryably(() => {
      const found = organizationOf(deps, request.organization, 'awaitNextRun');
      requireSteps(found, kind, ['read']);
      return found;
    });
    const finder = finderOf(organization);
    const context = Context.current();
    const { waitedMs, refusedForMs } = handoverOf(context, request.checkpoint);
    const { clock } = organization.client;
    const { heartbeatTimeoutMs } = deps.setup;
    const details = () => toHandover(finder.stateOf(syncId));
    const found = await holdWait({ context, clock, heartbeatTimeoutMs, details }, () =>
      finder.find({
        kind,
        syncId,
        endedAfter: Date.parse(endedAfter),
        inProgress: new Set(inProgress),
        waitForMs: lengthOf(request, { waitedMs, now: clock.now() }),
        waitedMs,
        refusedForMs,
        signal: context.cancellationSignal,
      }),
    );
    if (!found) return { found };
    const { executionId, status, createdAt, startedAt, phase } = found;
    return { found: { executionId, status, createdAt, startedAt, ended: phase === 'ended' } };
  };
}
