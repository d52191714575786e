/** Asks Polytomic, when a worker starts, whether it accepts each organization's credential. */
import type { Organization } from '../activities/dependencies';
import { isPolytomicError } from '../polytomic/errors';
import { reasonOf } from './reason-of';

/** An API that is slow just now must not keep a worker from starting. */
const patienceMs = 10_000;

/**
 * Tells a line for each credential that is refused or could not be checked, and never stops the worker: keys are rotated,
 * and a worker that is up tells each workflow by name what is wrong, where one that is down would leave it waiting.
 */
export async function checkCredentials(
  organizations: Iterable<Organization>,
  log: (line: string) => void,
): Promise<void> {
  const check = async ({ name, client }: Organization): Promise<void> => {
    try {
      await client.identity.get({}, { signal: AbortSignal.timeout(patienceMs) });
    } catch (error) {
      if (isPolytomicError(error, 'NotSupported')) return;
      log(
        isPolytomicError(error, 'Unauthorized')
          ? `organization ${name}: ${client.url} refuses the key (401); workflows will fail with polytomic.Unauthorized`
          : `organization ${name}: could not check the key at ${client.url}: ${reasonOf(error)}`,
      );
    }
  };
  await Promise.all([...organizations].map(check));
}
