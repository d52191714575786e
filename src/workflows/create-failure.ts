/** The one place where workflow code creates failures. */
import { ApplicationFailure, CancelledFailure, type ApplicationFailureOptions } from '@temporalio/common';

/**
 * A failure with a message in valid Unicode. Names from Polytomic and arguments of updates may hold half of a surrogate
 * pair. Temporal's Core cannot read such a message: it shuts the worker down, and every worker that takes the task over.
 */
export function createFailure({ message, ...options }: ApplicationFailureOptions): ApplicationFailure {
  return ApplicationFailure.create({ ...options, ...(message != null && { message: message.toWellFormed() }) });
}

/** The same for a cancellation. */
export function createCancellation(message: string, details: unknown[]): CancelledFailure {
  return new CancelledFailure(message.toWellFormed(), details);
}
