/** Refusals that pass: until the schemas of a new connection are known, Polytomic refuses what needs them. */
import { isPolytomicError } from '../polytomic/errors';

const notReadyTexts = /cache refresh in progress|did not provide any schemas/i;

/** 400 and 422 are final otherwise. No field of the answer tells these two apart, so their text has to. */
export function isNotReady(error: unknown): boolean {
  return isPolytomicError(error, 'Rejected') && error.fromApi && notReadyTexts.test(error.message);
}
