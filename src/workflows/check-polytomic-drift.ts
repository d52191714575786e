/** The workflow `checkPolytomicDrift`. */
import type { CheckPolytomicDriftInput, DriftResult } from '../contracts/provision';
import { checkDrift } from './provision/read-only';

/** Says what differs from what was applied, and who changed it. Reads only; for a schedule. */
export async function checkPolytomicDrift(input: CheckPolytomicDriftInput): Promise<DriftResult> {
  return checkDrift(input);
}
