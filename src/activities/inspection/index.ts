/** The activities behind the read-only workflows for terminals. */
import type { InspectionActivities } from '../../contracts/inspection';
import type { ActivityDependencies } from '../dependencies';
import { createCheckSetup } from './check-setup';
import { createReadLastRuns } from './read-last-runs';

/** Makes them. */
export function createInspectionActivities(deps: ActivityDependencies): InspectionActivities {
  return { readLastRuns: createReadLastRuns(deps), checkSetup: createCheckSetup(deps) };
}
