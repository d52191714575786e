/** The one door by which errors leave activities. */
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ItemFailure } from '../contracts/item-failure';
import { failureTypes, type FailureType, type InputIssue } from '../contracts/failure-types';
import { isInvalidInputError } from '../inputs/invalid-input-error';
import { failureRuleOf, isSecretError } from '../executions/error-classes';
import { isPolytomicError } from '../polytomic/errors';
import { redactText } from '../polytomic/redact';
import { shorten, truncateText } from '../rules/quoted';
import { NotAllowedError } from './allowed';
import { nextRetryDelay } from './next-retry-delay';

/** Longest message that may enter a history, characters. */
const maxMessageLength = 1_024;
/** More of a message than this is not even looked at, characters. */
const maxInspectedLength = 4_096;
/** All details of a failure together, bytes of JSON. */
const maxDetailsBytes = 8 * 1024;

/**
 * Any error as the failure that a workflow sees. Cancellations pass as they are, and failures made on purpose where they
 * are short enough for a history.
 *
 * @param maxDelayMs longest delay before the next attempt, whatever Polytomic asks for
 */
export function toFailure(error: unknown, maxDelayMs = Infinity): Error {
  if (error instanceof CancelledFailure) return error;
  if (error instanceof ApplicationFailure) return withinBounds(error);
  const { type, nonRetryable, message } = toItemFailure(error);
  const askedMs = isPolytomicError(error) ? error.retryAfterMs : undefined;
  return ApplicationFailure.create({
    type,
    nonRetryable,
    message,
    ...nextRetryDelay(askedMs && Math.min(askedMs, maxDelayMs)),
    details: detailsOf(error),
  });
}

/** The failure itself, or a copy that is short enough and whose message is valid Unicode. */
function withinBounds(failure: ApplicationFailure): ApplicationFailure {
  const details = failure.details ?? [];
  const fits = bytesOf(details) <= maxDetailsBytes;
  const message = toMessage(failure.message);
  if (fits && message === failure.message) return failure;
  return ApplicationFailure.create({
    type: failure.type ?? failureTypes.UnexpectedResponse,
    nonRetryable: failure.nonRetryable ?? false,
    ...(failure.nextRetryDelay && { nextRetryDelay: failure.nextRetryDelay }),
    ...(failure.category && { category: failure.category }),
    message,
    details: fits ? details : [],
  });
}

/** The same for one item of a composite activity, which goes on with the others. */
export function toItemFailure(error: unknown): ItemFailure {
  const message = error instanceof Error ? error.message : 'Unknown error';
  const inspected = truncateText(message, maxInspectedLength);
  return { ...ruleOf(error), message: toMessage(redactText(inspected, [])) };
}

/** Names from Polytomic may hold half of a surrogate pair: Temporal's Core shuts a worker down over such a message. */
function toMessage(text: string): string {
  return truncateText(text, maxMessageLength).toWellFormed();
}

function ruleOf(error: unknown): Pick<ItemFailure, 'type' | 'nonRetryable'> {
  if (isPolytomicError(error)) return failureRuleOf(error);
  if (isInvalidInputError(error)) return { type: failureTypes.InvalidInput, nonRetryable: error.isFinal };
  if (error instanceof ApplicationFailure)
    return {
      type: (error.type ?? failureTypes.UnexpectedResponse) as FailureType,
      nonRetryable: error.nonRetryable ?? false,
    };
  if (error instanceof NotAllowedError || isSecretError(error))
    return { type: failureTypes.NotAllowed, nonRetryable: true };
  return { type: failureTypes.UnexpectedResponse, nonRetryable: isDefect(error) };
}

/** What Node throws for a defect of ours, or for a value that is too deep or too long: the next try would meet it again. */
function isDefect(error: unknown): boolean {
  return error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError;
}

/** `details[0]` of an invalid input: what is wrong, field by field, as far as there is room. */
function detailsOf(error: unknown): [issues: InputIssue[]] | [] {
  const issues = isInvalidInputError(error) || isPolytomicError(error) ? error.issues : undefined;
  if (!issues) return [];
  let room = maxDetailsBytes - bytesOf([[]]);
  const fitting: InputIssue[] = [];
  for (const { field, message, ...place } of issues) {
    const issue = { field: shorten(field), message: shorten(message, maxMessageLength), ...place };
    room -= bytesOf(issue) + 1;
    if (room < 0) break;
    fitting.push(issue);
  }
  return [fitting];
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
