/** `awaitNextRun`: looks for a run that somebody else starts, until there is one. */
import { Context } from '@temporalio/activity';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { RunFinder } from '../executions/next-run/run-finder';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { deadlineAt, holdWait } from './hold-wait';

/** Makes the activity. `finderOf` gives the one finder of an organization in this process. */
export function createAwaitNextRun(
  deps: ActivityDependencies,
  finderOf: (organization: Organization) => RunFinder,
): CompositeActivities['awaitNextRun'] {
  return async ({ organization: name, kind, syncId, endedAfter, inProgress, ...until }) => {
    const organization = organizationOf(deps, name);
    requireSteps(organization, kind, ['read']);
    const finder = finderOf(organization);
    const context = Context.current();
    const { clock } = organization.client;
    const { heartbeatTimeoutMs } = deps.setup;
    const deniedSince = recallDenied(context.info.heartbeatDetails);
    if (deniedSince !== undefined) finder.recallDenied(deniedSince);
    const found = await holdWait({ context, clock, heartbeatTimeoutMs, details: () => tell(finder, syncId) }, () =>
      finder.find({
        kind,
        syncId,
        endedAfter: Date.parse(endedAfter),
        inProgress: new Set(inProgress),
        since: context.info.scheduledTimestampMs,
        deadlineAt: deadlineAt(until, clock.now()),
        signal: context.cancellationSignal,
      }),
    );
    if (!found) return { found };
    const { executionId, status, createdAt, startedAt, phase } = found;
    return { found: { executionId, status, createdAt, startedAt, ended: phase === 'ended' } };
  };
}

/** What the next worker needs, and what a person may want to know. */
function tell(finder: RunFinder, syncId: string) {
  const { deniedSince } = finder;
  const lookedAt = finder.lookedAt(syncId);
  return {
    search: { v: 1, ...(deniedSince === null ? {} : { denied: deniedSince }) },
    live: { lookedAt: lookedAt === null ? null : new Date(lookedAt).toISOString() },
  };
}

/** Since when another worker was refused, as it told; undefined when it was not, or cannot be understood. */
function recallDenied(details: unknown): number | undefined {
  const { search } = (details ?? {}) as { search?: { v?: unknown; denied?: unknown } };
  return search?.v === 1 && typeof search.denied === 'number' ? search.denied : undefined;
}
