/** `awaitNextRun`: looks for a run that somebody else starts, until there is one. */
import { Context } from '@temporalio/activity';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { RunFinder } from '../executions/next-run/run-finder';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { holdWait, lengthOf } from './hold-wait';

/** What an attempt hands to the next; lengths in milliseconds. */
interface Handover {
  waitedMs: number;
  refusedForMs: number | null;
}

/** Makes the activity. `finderOf` gives the one finder of an organization in this process. */
export function createAwaitNextRun(
  deps: ActivityDependencies,
  finderOf: (organization: Organization) => RunFinder,
): CompositeActivities['awaitNextRun'] {
  return async (request) => {
    const { kind, syncId, endedAfter, inProgress } = request;
    const organization = organizationOf(deps, request.organization);
    requireSteps(organization, kind, ['read']);
    const finder = finderOf(organization);
    const context = Context.current();
    const heartbeatDetails: unknown = context.info.heartbeatDetails;
    const { waitedMs, refusedForMs } = parseHandover(heartbeatDetails ?? request.checkpoint);
    // What another activity waited is no part of this one's time.
    const ownMs = heartbeatDetails === undefined ? 0 : waitedMs;
    const { clock } = organization.client;
    const { heartbeatTimeoutMs } = deps.setup;
    const found = await holdWait({ context, clock, heartbeatTimeoutMs, details: () => describe(finder, syncId) }, () =>
      finder.find({
        kind,
        syncId,
        endedAfter: Date.parse(endedAfter),
        inProgress: new Set(inProgress),
        waitForMs: lengthOf(request, { waitedMs: ownMs, now: clock.now() }),
        waitedMs: ownMs,
        refusedForMs,
        signal: context.cancellationSignal,
      }),
    );
    if (!found) return { found };
    const { executionId, status, createdAt, startedAt, phase } = found;
    return { found: { executionId, status, createdAt, startedAt, ended: phase === 'ended' } };
  };
}

/** What the next worker needs, and what a person may want to know. */
function describe(finder: RunFinder, syncId: string) {
  const { lookedAt, ...handover } = finder.stateOf(syncId);
  return {
    search: { v: 2, ...handover },
    live: { lookedAt: lookedAt === null ? null : new Date(lookedAt).toISOString() },
  };
}

/** Details of another version are ignored, which only makes the next attempt more patient. */
function parseHandover(details: unknown): Handover {
  const { search } = (details ?? {}) as { search?: Partial<Record<'v' | keyof Handover, unknown>> };
  const length = (value: unknown): number | null => (search?.v === 2 && typeof value === 'number' ? value : null);
  return { waitedMs: length(search?.waitedMs) ?? 0, refusedForMs: length(search?.refusedForMs) };
}
