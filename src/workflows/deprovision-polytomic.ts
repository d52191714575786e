/** The workflow `deprovisionPolytomic`. */
import type { DeprovisionPolytomicInput, ProvisionResult } from '../contracts/provision';
import { asProvisioning } from './provision/as-provisioning';
import { deprovision } from './provision/deprovision';

/** Deletes what a spec names and we made, in reverse order; never by force. */
export async function deprovisionPolytomic(input: DeprovisionPolytomicInput): Promise<ProvisionResult> {
  return asProvisioning((options) => deprovision(input, options));
}
