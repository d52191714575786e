/** Polytomic's clock, where nothing else was read that would tell it. */
import type { PolytomicClient } from '../polytomic/client';
import { isPolytomicError } from '../polytomic/errors';
import type { ReadOptions } from './sync-adapter';

/** Milliseconds since the epoch by the `Date` of an answer; the local clock where none is sent. @throws PolytomicError */
export async function readServerTime(
  client: PolytomicClient,
  options: Pick<ReadOptions, 'signal'> = {},
): Promise<number> {
  await client.identity.get({}, options).catch((error: unknown) => {
    // Versions up to 2023-04-25 do not tell whose key it is; the list of syncs, which all of them have, is as good.
    if (isPolytomicError(error, 'NotSupported')) return client.modelSync.list({}, options);
    throw error;
  });
  return client.serverClock.now();
}
