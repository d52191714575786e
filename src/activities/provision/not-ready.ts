/** Refusals that pass: a connection whose schemas are still being read. */
import type { ItemFailure } from '../../contracts/composite-activities';
import { failureTypes } from '../../contracts/failure-types';

const passing = /cache refresh in progress|did not provide any schemas/i;

/** 422 and 400 are final otherwise. No field of the answer tells these two apart, so their text has to. */
export function isNotReady({ type, message }: ItemFailure): boolean {
  return type === failureTypes.Rejected && passing.test(message);
}
