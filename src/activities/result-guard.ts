/** Keeps every payload of ours below what a history takes: an oversized one would be retried for ever. */
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../contracts/failure-types';

/** Largest payload that an activity of ours answers, in bytes of JSON. */
export const largestPayloadBytes = 256 * 1024;

/** What tells of a whole set, a few times in a workflow, may be larger: how many objects a set may have is limited. */
const largerBytes = 1_000_000;
const larger: ReadonlySet<string> = new Set(['readSet', 'acquireSet', 'findObjects', 'planObjects']);

/** The result, if it is small enough. @throws ApplicationFailure `polytomic.PayloadTooLarge`, never retried. */
export function guardResult<T>(name: string, result: T): T {
  const bytes = Buffer.byteLength(JSON.stringify(result) ?? '');
  const limit = larger.has(name) ? largerBytes : largestPayloadBytes;
  if (bytes <= limit) return result;
  throw ApplicationFailure.create({
    type: failureTypes.PayloadTooLarge,
    nonRetryable: true,
    message: `The answer of ${name} has ${bytes} bytes, more than the ${limit} that may enter a history`,
  });
}
