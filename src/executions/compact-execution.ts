/** Cuts an execution to what an answer about hundreds of them can hold of each. */
import type { Execution } from '../contracts/execution';

const mostMessages = 3;
const longestMessage = 200;
const mostFailedSchemas = 100;

/**
 * Without schemas (their counts stay) and with few, short messages. With `failedSchemas` the failed ones are named, all
 * of them or, where they are more than 100, none.
 */
export function compactExecution(execution: Execution, { failedSchemas = false } = {}): Execution {
  const { schemas: _schemas, failedSchemas: failed, ...rest } = execution;
  return {
    ...rest,
    errors: rest.errors.slice(0, mostMessages).map((text) => text.slice(0, longestMessage)),
    ...(failedSchemas && failed && failed.length <= mostFailedSchemas && { failedSchemas: failed }),
  };
}
