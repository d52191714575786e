/** Whether Polytomic refuses a key, or only one thing that was asked with it. */
import { isPolytomicError, type PolytomicErrorCode } from '../../polytomic/errors';

/** One request; throws a `PolytomicError`. */
export type KeyCheck = (signal: AbortSignal) => Promise<unknown>;

/** Refusals of something else than the key. */
const refusals: readonly PolytomicErrorCode[] = ['Forbidden', 'NotFound', 'Rejected'];

/** What is answered, or refused otherwise, shows that the key is accepted. Null: trouble, which shows nothing. */
export async function refusesKey(request: KeyCheck): Promise<boolean | null> {
  try {
    await request(new AbortController().signal);
    return false;
  } catch (error) {
    if (!isPolytomicError(error) || error.gateway) return null;
    if (error.code === 'Unauthorized') return true;
    return refusals.includes(error.code) ? false : null;
  }
}
