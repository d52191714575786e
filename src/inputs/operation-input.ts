/** Splits the input of an operation activity into what is ours and what is the API's. */
import { z } from 'zod';
import { text } from './fields';
import { lazy } from './lazy';
import { parseInput } from './parse-input';
import { defaultOrganization } from './parse-run-input';

/** An operation activity's input, split. */
export interface OperationInput {
  organization: string;
  idempotencyKey: string | undefined;
  /** The operation's own fields, secrets still as references; the API client checks and resolves them. */
  request: Record<string, unknown>;
}

const shape = lazy(() => z.looseObject({ organization: text().optional(), idempotencyKey: text().optional() }));

/** No input is an empty one. @throws InvalidInputError for an input that is no object. */
export function parseOperationInput(operation: string, input: unknown): OperationInput {
  const { organization, idempotencyKey, ...request } = parseInput(operation, shape(), input ?? {});
  return { organization: organization ?? defaultOrganization, idempotencyKey, request };
}
