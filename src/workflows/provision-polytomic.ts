/** The workflow `provisionPolytomic`. */
import type { ProvisionPolytomicInput, ProvisionResult } from '../contracts/provision';
import { asProvisioning } from './provision/as-provisioning';
import { provision } from './provision/provision';

/**
 * Brings the connections, models and syncs of a spec about, each exactly once, and undoes what it created if that fails.
 *
 * @throws `ApplicationFailure` with one of the types in `failureTypes`; `details[0]` of `polytomic.ProvisioningFailed` is
 * the `ProvisioningFailure`.
 */
export async function provisionPolytomic(input: ProvisionPolytomicInput): Promise<ProvisionResult> {
  return asProvisioning((options) => provision(input, options));
}
