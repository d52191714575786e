/** What one worker is not configured to do, another one may do: only the first activity of a workflow judges for good. */
import { ApplicationFailure } from '@temporalio/common';
import { toItemFailure } from './failure';

/** What `check` answers. @throws ApplicationFailure of the error's type, which may be tried again */
export function retryably<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    const { type, message } = toItemFailure(error);
    throw ApplicationFailure.create({ type, message, nonRetryable: false });
  }
}
