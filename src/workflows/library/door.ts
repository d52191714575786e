/** The door of our workflow code: callers see what went wrong, not the activity in which it did. */
import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';

/** Runs `work`; an activity's `ApplicationFailure` is thrown as such. Cancellation passes as it is. */
export async function atDoor<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isCancellation(error) && error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) {
      throw error.cause;
    }
    throw error;
  }
}
