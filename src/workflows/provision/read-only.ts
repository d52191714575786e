/** Plans and drift checks: they read, and change nothing, the record included. */
import type {
  CheckPolytomicDriftInput,
  DriftedResource,
  DriftResult,
  PlanPolytomicInput,
} from '../../contracts/provision';
import type { ProvisionPlan } from '../../contracts/provision-plan';
import { boundDrift, boundPlan } from '../../rules/provision/bounded';
import { toDrift } from '../../rules/provision/drift';
import { unwrapActivityFailure } from '../run-engine';
import { provisionActivity } from './activities';
import { planDestroy } from './plan-destroy';
import { givenBy, planNow } from './provision';
import { tell } from './tell';

/** What an apply, or a destroy, would do. */
export async function plan(input: PlanPolytomicInput): Promise<ProvisionPlan> {
  return unwrapActivityFailure(async () => {
    const prepared = await provisionActivity(
      'prepareProvision',
      'Check the spec',
    )({ workflow: 'planPolytomic', input });
    const given = givenBy(prepared, input);
    const asked = { prepared, activity: provisionActivity };
    if (!prepared.destroy) return boundPlan((await planNow({ ...asked, ...given })).plan);
    const { organization, set } = prepared;
    const record = await provisionActivity('readSet', 'Read the record of the set')({ organization, set });
    return boundPlan((await planDestroy({ ...asked, ...given }, record)).plan);
  });
}

/** What differs from what was applied. */
export async function checkDrift(input: CheckPolytomicDriftInput): Promise<DriftResult> {
  return unwrapActivityFailure(async () => {
    const prepared = await provisionActivity(
      'prepareProvision',
      'Check the spec',
    )({ workflow: 'checkPolytomicDrift', input });
    const { organization, set } = prepared;
    const made = await planNow({ prepared, activity: provisionActivity, ...givenBy(prepared, input) });
    const resources = Object.values(made.planned).flatMap((planned): DriftedResource[] =>
      toDrift(planned, { owned: made.owned[planned.change.address], existing: made.existing }),
    );
    const drifted = resources.filter(({ state }) => state !== 'pending');
    if (drifted.length > 0) {
      const text = `${drifted.length} objects of the set "${set}" differ from what was applied`;
      await tell(prepared, { event: 'drifted', text, addresses: drifted.map(({ address }) => address) });
    }
    return boundDrift({ organization, set, drifted: drifted.length > 0, resources, omitted: 0 });
  });
}
