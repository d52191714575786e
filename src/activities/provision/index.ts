/** The activities of provisioning. */
import type { ProvisionActivities } from '../../contracts/provision-activities';
import { canonicalJson } from '../../rules/provision/values';
import type { ActivityDependencies } from '../dependencies';
import { postToTarget } from '../notify';
import { createActivateSyncs } from './activate-syncs';
import { createApplyObjects } from './apply-objects';
import { createAwaitObjects } from './await-objects';
import { createChangeSchedule } from './change-schedule';
import { createDeleteObjects } from './delete-objects';
import { createExportObjects } from './export-objects';
import { createFindObjects } from './find-objects';
import { hashText } from './hash';
import { createPlanObjects } from './plan-objects';
import { createPrepareProvision } from './prepare-provision';
import { createSetActivities } from './set-activities';
import type { SetRecords } from './set-records';
import { createTemporalSetRecords } from './temporal-set-records';

type Waits = 'awaitSet' | 'awaitObjects';

/** Those for the worker's own task queue, and those that wait. */
export interface ProvisionParts {
  activities: Omit<ProvisionActivities, Waits>;
  waits: Pick<ProvisionActivities, Waits>;
}

/** Makes the activities; a simulation keeps the records elsewhere. */
export function createProvisionActivities(
  deps: ActivityDependencies,
  records: SetRecords = createTemporalSetRecords(),
): ProvisionParts {
  const { awaitSet, ...sets } = createSetActivities(records);
  const activities: ProvisionParts['activities'] = {
    ...sets,
    prepareProvision: createPrepareProvision(deps),
    findObjects: createFindObjects(deps, records),
    planObjects: createPlanObjects(deps),
    hashPlan: async ({ parts }) => hashText(canonicalJson(parts)),
    applyObjects: createApplyObjects(deps, records),
    activateSyncs: createActivateSyncs(deps, records),
    deleteObjects: createDeleteObjects(deps, records),
    exportObjects: createExportObjects(deps),
    changeSchedule: createChangeSchedule(deps),
    notifyProvisioning: ({ target, notification }) => postToTarget(deps, { target, body: notification }),
  };
  return { activities, waits: { awaitSet, awaitObjects: createAwaitObjects(deps, records) } };
}
