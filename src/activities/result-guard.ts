/** Keeps every payload of ours below what a history takes: an oversized one would be retried for ever. */
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../contracts/failure-types';

/** Largest payload that an activity of ours answers, in bytes of JSON. */
export const largestPayloadBytes = 256 * 1024;

/** The result, if it is small enough. @throws ApplicationFailure `polytomic.PayloadTooLarge`, never retried. */
export function guardResult<T>(name: string, result: T): T {
  const bytes = Buffer.byteLength(JSON.stringify(result) ?? '');
  if (bytes <= largestPayloadBytes) return result;
  throw ApplicationFailure.create({
    type: failureTypes.PayloadTooLarge,
    nonRetryable: true,
    message: `The answer of ${name} has ${bytes} bytes, more than the ${largestPayloadBytes} that may enter a history`,
  });
}
