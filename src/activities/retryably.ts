/** What one worker is not configured to do, another one may do: only the first activity of a workflow judges for good. */
import { ApplicationFailure } from '@temporalio/common';
import { toItemFailure } from './failure';
import { nextRetryDelay } from './next-retry-delay';

/** Where no worker can do it, thousands of waits must not keep all of them busy. */
const usualPauseMs = 5_000;

/**
 * What `check` answers. @param pauseMs until the next worker is asked; null: as the activity is retried
 * @throws ApplicationFailure of the error's type, which may be tried again
 */
export function retryably<T>(check: () => T, pauseMs: number | null = usualPauseMs): T {
  try {
    return check();
  } catch (error) {
    const { type, message } = toItemFailure(error);
    throw ApplicationFailure.create({ type, message, nonRetryable: false, ...nextRetryDelay(pauseMs ?? undefined) });
  }
}
