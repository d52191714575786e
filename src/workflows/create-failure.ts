/** The one place where workflow code creates failures. */
import { ApplicationFailure, CancelledFailure, type ApplicationFailureOptions } from '@temporalio/common';

/**
 * A failure whose type and message are valid Unicode. Names from Polytomic and arguments of updates may hold half of a
 * surrogate pair. Temporal's Core cannot read such a text: it shuts the worker down, and every worker that takes the task over.
 */
export function createFailure({ type, message, ...options }: ApplicationFailureOptions): ApplicationFailure {
  return ApplicationFailure.create({
    ...options,
    ...(type != null && { type: type.toWellFormed() }),
    ...(message != null && { message: message.toWellFormed() }),
  });
}

/** The same for a cancellation. */
export function createCancellation(message: string, details: unknown[]): CancelledFailure {
  return new CancelledFailure(message.toWellFormed(), details);
}
