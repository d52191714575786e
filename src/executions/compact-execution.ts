/** Cuts an execution to what an answer about hundreds of them can hold of each. */
import type { Execution, SchemaExecution } from '../contracts/execution';
import { truncateText } from '../rules/quoted';
import { fitting } from './fitting';

const mostMessages = 3;
const longestMessage = 200;
const mostFailedSchemas = 100;
/** So that even one execution among many others' ends finds room. */
const schemasLimit = { most: 100, bytes: 16 * 1024 };

/** What is kept besides what every execution keeps. */
export interface CompactOptions {
  /** Names of the failed schemas: all of them or, where they are more than 100, none. */
  failedSchemas?: boolean;
  /** Schemas, bad ones first, as many as fit. */
  schemas?: boolean;
}

/** Without schemas, unless asked for (their counts stay in any case), and with few, short messages. */
export function compactExecution(execution: Execution, keep: CompactOptions = {}): Execution {
  const { schemas, failedSchemas: failed, ...rest } = execution;
  return {
    ...rest,
    errors: rest.errors.slice(0, mostMessages).map((text) => truncateText(text, longestMessage)),
    ...(keep.schemas && schemas && { schemas: fitting(schemas.map(compactSchema), schemasLimit) }),
    ...(keep.failedSchemas && failed && failed.length <= mostFailedSchemas && { failedSchemas: failed }),
  };
}

function compactSchema({ message, ...schema }: SchemaExecution): SchemaExecution {
  return { ...schema, message: message && truncateText(message, longestMessage) };
}
