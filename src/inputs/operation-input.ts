/** Splits the input of an operation activity into what is ours and what is the API's. */
import { z } from 'zod';
import { text } from './fields';
import { lazy } from './lazy';
import { parseInput } from './parse-input';
import { findLiteralSecrets, secretMessages, type SecretMarks } from './secret-fields';
import { defaultOrganization } from './parse-run-input';

/** An operation activity's input, split. */
export interface OperationInput {
  organization: string;
  idempotencyKey: string | undefined;
  /** The operation's own fields, secrets still as references; the API client checks them. */
  request: Record<string, unknown>;
}

const shape = lazy(() => z.looseObject({ organization: text().optional(), idempotencyKey: text().optional() }));

const withoutSecrets = (marks: SecretMarks): z.ZodType<z.output<ReturnType<typeof shape>>> =>
  shape().superRefine((input, context) => {
    for (const { path, problem } of findLiteralSecrets(input, marks)) {
      context.addIssue({ code: 'custom', path, message: secretMessages[problem] });
    }
  });

/**
 * No input is an empty one. `marks` tell where the operation has secrets.
 *
 * @throws InvalidInputError for an input that is no object, and for secrets that are written out.
 */
export function parseOperationInput(operation: string, input: unknown, marks: SecretMarks = {}): OperationInput {
  const parsed = parseInput(operation, withoutSecrets(marks), input ?? {});
  const { organization, idempotencyKey, ...request } = parsed;
  return { organization: organization ?? defaultOrganization, idempotencyKey, request };
}
