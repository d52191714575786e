/** Tests a connection that was updated. */
import type { LiveObject } from '../contracts/provision-plan';
import type { Fields } from '../contracts/provision-spec';
import type { PolytomicClient } from '../polytomic/client';
import { apiMask } from '../rules/provision/compare';
import { isFields } from '../rules/provision/values';
import { mergeDeep } from './merge';

/**
 * The update leaves out secrets that the spec does not name: whether the connection still works, only a test can tell. It is
 * made of the whole configuration. Where the spec does not name all of the secrets, nobody has that: the connection is judged
 * by its status, which is awaited next.
 *
 * @param unsent paths of fields that only the server writes, and of secrets
 * @throws PolytomicError
 */
export async function testConnection(
  client: PolytomicClient,
  { live, desired, unsent }: { live: LiveObject; desired: Fields; unsent: readonly string[] },
): Promise<void> {
  const { type, configuration } = desired;
  const present = live.body.configuration;
  if (typeof type !== 'string' || !isFields(configuration) || !isFields(present)) return;
  if (hasUnnamedMask(present, configuration)) return;
  const kept = Object.entries(present).filter(
    ([name, value]) => value !== null && !unsent.includes(`configuration.${name}`),
  );
  const whole = mergeDeep(Object.fromEntries(kept), configuration);
  await client.connections.testConnection({ type, configuration: whole, connection_id: live.id });
}

/** Whether something is kept secret that the spec does not name. */
function hasUnnamedMask(present: Fields, named: Fields): boolean {
  return Object.entries(present).some(([name, value]) => {
    if (value === apiMask) return !(name in named);
    const inner = named[name];
    return isFields(value) && hasUnnamedMask(value, isFields(inner) ? inner : {});
  });
}
