/** `changeSchedule`: sets the schedule that Polytomic keeps for a sync; repeating it writes nothing. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../../contracts/failure-types';
import type { ProvisionActivities } from '../../contracts/provision-activities';
import { parseInput } from '../../inputs/parse-input';
import { defaultOrganization } from '../../inputs/parse-run-input';
import { changePolytomicScheduleInput } from '../../inputs/sync-schedule';
import { resourceKinds } from '../../provisioning/kinds';
import { cutSignedUrls } from '../../polytomic/signed-urls';
import { activeSchedules, isSameSchedule, manualSchedule, scheduleFields } from '../../rules/provision/own-schedule';
import { organizationOf } from '../allowed';
import type { ActivityDependencies } from '../dependencies';
import { requireOperations } from './require-operations';

const kinds = { model: 'modelSyncs', bulk: 'bulkSyncs' } as const;
const updates = { model: 'modelSync.update', bulk: 'bulkSync.update' } as const;
const reads = { model: 'modelSync.get', bulk: 'bulkSync.get' } as const;

/** Makes the activity. */
export function createChangeSchedule(deps: ActivityDependencies): ProvisionActivities['changeSchedule'] {
  return async ({ input }) => {
    const given = parseInput('changePolytomicSchedule', changePolytomicScheduleInput(), input);
    const { kind, syncId, schedule, dryRun = false } = given;
    const organization = organizationOf(deps, given.organization ?? defaultOrganization, 'changePolytomicSchedule');
    // Also for a dry run, so that nothing is created in Temporal that could never be brought to its end.
    requireOperations(organization, [reads[kind], updates[kind]]);
    const { client, name: organizationName } = organization;
    const resource = resourceKinds[kinds[kind]];
    const live = await resource.read(client, syncId, { signal: Context.current().cancellationSignal });
    if (!live) {
      const message = `No ${kind} sync has the id ${JSON.stringify(syncId)}`;
      throw ApplicationFailure.create({ type: failureTypes.NotFound, nonRetryable: true, message });
    }
    const before = scheduleFields(kind, live.body);
    const desired = scheduleFields(kind, schedule === 'manual' ? manualSchedule(kind) : schedule);
    const changed = !dryRun && !isSameSchedule(kind, before, desired);
    if (changed) await resource.update(client, { live, desired, secretPaths: [] });
    const wasManual = activeSchedules(before).length === 0;
    return { organization: organizationName, kind, syncId, name: cutSignedUrls(live.name), before, wasManual, changed };
  };
}
