/** How the validators of updates refuse what a caller sent. */
import { failureTypes, type InputIssue } from '../contracts/failure-types';
import { createFailure } from './create-failure';

/**
 * Runs the check of an argument, whose errors become those of a wrong input.
 *
 * @param field what the argument is called in the issue
 * @throws ApplicationFailure `polytomic.InvalidInput`
 */
export function refuseInvalid(field: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const issues: InputIssue[] = [{ field, message }];
    throw createFailure({ type: failureTypes.InvalidInput, nonRetryable: true, message, details: [issues] });
  }
}
