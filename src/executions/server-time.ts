/** Polytomic's clock, where nothing else was read that would tell it. */
import type { PolytomicClient } from '../polytomic/client';
import { systemClock } from '../polytomic/clock';
import { isPolytomicError } from '../polytomic/errors';
import type { ReadOptions } from './sync-adapter';

/** The `Date` of an answer (RFC 3339); the local clock where none is sent. @throws PolytomicError */
export async function readServerTime(
  client: PolytomicClient,
  options: Pick<ReadOptions, 'signal'> = {},
): Promise<string> {
  let told = NaN;
  const read: ReadOptions = { ...options, onAnswer: ({ date }) => (told = Date.parse(date ?? '')) };
  await client.identity.get({}, read).catch((error: unknown) => {
    // Versions up to 2023-04-25 do not tell whose key it is; the list of syncs, which all of them have, is as good.
    if (isPolytomicError(error, 'NotSupported')) return client.modelSync.list({}, read);
    throw error;
  });
  return new Date(Number.isNaN(told) ? systemClock.now() : told).toISOString();
}
