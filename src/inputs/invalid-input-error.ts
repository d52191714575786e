/** The one error for inputs that do not fit. */
import type { InputIssue } from '../contracts/failure-types';

/** An input does not fit. Its message and issues name fields and what was expected, never the values given. */
export class InvalidInputError extends Error {
  /** Always this text: tells the error apart where `instanceof` cannot, as between two copies of the package. */
  override readonly name = 'InvalidInputError';

  /** False: another worker may understand the same input. */
  readonly isFinal: boolean;

  constructor(
    /** What the input is for, such as `runModelSync`. */
    readonly subject: string,
    /** Every bad field; at least one. */
    readonly issues: readonly InputIssue[],
    { isFinal = true }: { isFinal?: boolean } = {},
  ) {
    const listed = issues.map(({ field, message }) => `${field}: ${message}`).join('; ');
    super(`Input of ${subject} is not valid. ${listed}`);
    this.isFinal = isFinal;
  }
}

/** Whether something thrown is an {@link InvalidInputError}. */
export function isInvalidInputError(error: unknown): error is InvalidInputError {
  return error instanceof InvalidInputError;
}
