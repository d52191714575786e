/** Parses any input with its shape, into a value or one error that names every bad field. */
import type { z } from 'zod';
import { InvalidInputError } from './invalid-input-error';
import { malformedMessage, malformedPaths } from './malformed-texts';
import { fieldAt, toInputIssues } from './to-input-issues';

/** @throws InvalidInputError; a missing or null input is named `input`. */
export function parseInput<T>(subject: string, shape: z.ZodType<T>, input: unknown): T {
  const result = shape.safeParse(input, { reportInput: true });
  const malformed = malformedPaths(input).map((path) => ({ field: fieldAt(path), message: malformedMessage }));
  if (result.success && malformed.length === 0) return result.data;
  throw new InvalidInputError(subject, [...malformed, ...toInputIssues(result.error?.issues ?? [])]);
}
