/** The failure of work that Polytomic did, and that did not succeed. */
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../../contracts/failure-types';
import { truncateText } from '../../rules/quoted';

const longestMessage = 1_024;

/** Never retried by itself: the same piece of work stays failed. */
export function workFailed(reason: string): ApplicationFailure {
  const message = truncateText(`The work failed: ${reason}`, longestMessage);
  return ApplicationFailure.create({ type: failureTypes.Rejected, nonRetryable: true, message });
}
