/** Asks Polytomic, when a worker starts, whether it accepts each organization's credential. */
import type { Organization } from './activities/dependencies';
import { ConfigError } from './config-error';
import { isPolytomicError } from './polytomic/errors';

/** An API that is slow just now must not keep a worker from starting. */
const patienceMs = 10_000;

/**
 * A credential that is refused stops the start. Anything else (an API that cannot be reached, a key that may not ask who
 * it is) is told in a line and left to the activities, which retry.
 *
 * @throws ConfigError that names each organization whose credential is refused.
 */
export async function checkCredentials(
  organizations: Iterable<Organization>,
  log: (line: string) => void,
): Promise<void> {
  const refused: string[] = [];
  const check = async ({ name, client }: Organization): Promise<void> => {
    try {
      await client.identity.get({}, { signal: AbortSignal.timeout(patienceMs) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (isPolytomicError(error, 'Unauthorized'))
        refused.push(`organization ${name}: ${client.url} refuses the key (401)`);
      else log(`organization ${name}: could not check the key at ${client.url}: ${reason}`);
    }
  };
  await Promise.all([...organizations].map(check));
  if (refused.length > 0) throw new ConfigError(refused);
}
