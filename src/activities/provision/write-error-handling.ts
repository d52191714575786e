/** The error handling settings of a sync: a write of its own, partial and repeatable. */
import type { Fields, ProvisionObject } from '../../contracts/provision-spec';
import type { PolytomicClient } from '../../polytomic/client';

/** Writes what the spec says; what it leaves out stays. @throws PolytomicError */
export async function writeErrorHandling(
  client: PolytomicClient,
  { kind, errorHandling }: Pick<ProvisionObject, 'kind' | 'errorHandling'>,
  id: string,
): Promise<void> {
  const input: Fields & { id: string } = { ...errorHandling, id };
  if (kind === 'modelSyncs') await client.modelSync.errorHandling.update(input);
  else await client.bulkSync.errorHandling.update(input);
}
