/** `readLastRuns`: the newest run of each of some syncs. */
import { Context } from '@temporalio/activity';
import type { InspectionActivities, LastRun } from '../../contracts/inspection';
import { adapterFor } from '../../executions/adapter-for';
import type { ShapedExecution } from '../../executions/sync-adapter';
import { InvalidInputError } from '../../inputs/invalid-input-error';
import { organizationOf, requireSteps } from '../allowed';
import type { ActivityDependencies } from '../dependencies';
import { inParallel } from '../in-parallel';

const maxSyncs = 200;
const maxParallel = 10;

/** Makes the activity; it sends one request a sync. */
export function createReadLastRuns(deps: ActivityDependencies): InspectionActivities['readLastRuns'] {
  return async ({ organization: name, kind, syncIds }) => {
    if (syncIds.length > maxSyncs) throw tooManySyncs(syncIds.length);
    const organization = organizationOf(deps, name, 'readLastRuns');
    requireSteps(organization, kind, ['read']);
    const context = Context.current();
    const adapter = adapterFor(kind, organization.client);
    return inParallel(syncIds, maxParallel, async (syncId) => {
      const [newest] = await adapter.recentExecutions(syncId, { signal: context.cancellationSignal });
      context.heartbeat();
      return newest ? toLastRun(newest) : null;
    });
  };
}

function toLastRun({ executionId, status, phase, ending, startedAt, completedAt, records }: ShapedExecution): LastRun {
  const times = { startedAt, completedAt, records: records.total };
  return { executionId, status, phase, ...(ending && { ending }), ...times };
}

function tooManySyncs(count: number): InvalidInputError {
  const message = `expected at most ${maxSyncs} syncs with lastRuns, got ${count}; name them in filter.ids`;
  return new InvalidInputError('listPolytomicSyncs', [{ field: 'lastRuns', message }]);
}
