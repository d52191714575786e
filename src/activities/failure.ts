/** The one door by which errors leave activities. */
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ItemFailure } from '../contracts/composite-activities';
import { failureTypes } from '../contracts/failure-types';
import { isInvalidInputError } from '../inputs/invalid-input-error';
import { failureRuleOf } from '../executions/error-classes';
import { isPolytomicError } from '../polytomic/errors';
import { redactText } from '../polytomic/redact';
import { NotAllowedError } from './allowed';
import { nextRetryDelay } from './next-retry-delay';

/** Longest message that may enter a history. */
const longestMessage = 1024;

/** Any error as the failure that a workflow sees. Cancellations and failures made on purpose pass as they are. */
export function toFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  const { type, nonRetryable, message } = toItemFailure(error);
  return ApplicationFailure.create({
    type,
    nonRetryable,
    message,
    ...nextRetryDelay(isPolytomicError(error) ? error.retryAfterMs : undefined),
    details: issuesOf(error),
  });
}

/** The same for one item of a composite activity, which goes on with the others. */
export function toItemFailure(error: unknown): ItemFailure {
  const message = error instanceof Error ? error.message : 'Unknown error';
  return { ...ruleOf(error), message: redactText(message, []).slice(0, longestMessage) };
}

function ruleOf(error: unknown): Pick<ItemFailure, 'type' | 'nonRetryable'> {
  if (isPolytomicError(error)) return failureRuleOf(error);
  if (isInvalidInputError(error)) return { type: failureTypes.InvalidInput, nonRetryable: true };
  if (error instanceof NotAllowedError || isSecretError(error))
    return { type: failureTypes.NotAllowed, nonRetryable: true };
  return { type: failureTypes.UnexpectedResponse, nonRetryable: false };
}

/** By name: the resolver of secrets belongs to the composition root. */
function isSecretError(error: unknown): boolean {
  return error instanceof Error && (error.name === 'SecretNotAllowedError' || error.name === 'SecretMissingError');
}

/** `details[0]` of an invalid input: what is wrong, field by field. */
function issuesOf(error: unknown): unknown[] {
  if (isInvalidInputError(error)) return [error.issues.slice(0, 100)];
  if (isPolytomicError(error) && error.issues) return [error.issues.slice(0, 100)];
  return [];
}
