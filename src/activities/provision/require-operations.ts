/** What provisioning may call. */
import { requireOperation } from '../allowed';
import type { Organization } from '../dependencies';

/** @throws NotAllowedError naming the first operation that the operator does not allow. */
export function requireOperations(organization: Organization, operations: readonly string[]): void {
  for (const operation of operations) requireOperation(organization, operation);
}
