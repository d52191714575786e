/** Takes the messages out of an execution, for callers who want none in their history. */
import type { Execution } from '../contracts/execution';

/** How many messages a run has is kept, as that can decide its outcome; their words, and those of its schemas, go. */
export function withoutTexts(execution: Execution): Execution {
  const schemas = execution.schemas?.map((schema) => ({ ...schema, message: null }));
  return { ...execution, errors: execution.errors.map(() => ''), ...(schemas && { schemas }) };
}
