/** Reads of objects that may be gone. */
import { isPolytomicError } from '../polytomic/errors';

/** What was read, or null where Polytomic says that there is no such object. @throws PolytomicError */
export async function readOrNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isPolytomicError(error, 'NotFound')) return null;
    throw error;
  }
}
