/** The activities of provisioning. */
import type { ProvisionActivities } from '../../contracts/provision-activities';
import { canonicalJson } from '../../rules/provision/values';
import type { ActivityDependencies } from '../dependencies';
import { postToTarget } from '../notify';
import { createActivateSyncs } from './activate-syncs';
import { createApplyObjects } from './apply-objects';
import { createAwaitObjects, systemClock, type WaitClock } from './await-objects';
import { createDeleteObjects } from './delete-objects';
import { createExportObjects } from './export-objects';
import { createFindObjects } from './find-objects';
import { hashText } from './hash';
import { createPlanObjects } from './plan-objects';
import { createPrepareProvision } from './prepare-provision';
import { createSetActivities } from './set-activities';
import type { SetRecords } from './set-records';
import { createTemporalSetRecords } from './temporal-set-records';

/** What a test may put in the place of Temporal and of the system's clock. */
export interface ProvisionParts {
  records?: SetRecords;
  clock?: WaitClock;
}

/** Makes the activities. */
export function createProvisionActivities(
  deps: ActivityDependencies,
  { records = createTemporalSetRecords(), clock = systemClock }: ProvisionParts = {},
): ProvisionActivities {
  return {
    ...createSetActivities(records),
    prepareProvision: createPrepareProvision(deps),
    findObjects: createFindObjects(deps, records),
    planObjects: createPlanObjects(deps),
    hashPlan: async ({ parts }) => hashText(canonicalJson(parts)),
    applyObjects: createApplyObjects(deps, { records, now: () => clock.now() }),
    awaitObjects: createAwaitObjects(deps, clock),
    activateSyncs: createActivateSyncs(deps),
    deleteObjects: createDeleteObjects(deps, { records, clock }),
    exportObjects: createExportObjects(deps),
    notifyProvisioning: ({ target, notification }) => postToTarget(deps, { target, body: notification }),
  };
}
