/** The workflow `planPolytomic`. */
import type { PlanPolytomicInput } from '../contracts/provision';
import type { ProvisionPlan } from '../contracts/provision-plan';
import { plan } from './provision/read-only';

/** Says what an apply of the spec would do. Reads only. */
export async function planPolytomic(input: PlanPolytomicInput): Promise<ProvisionPlan> {
  return plan(input);
}
