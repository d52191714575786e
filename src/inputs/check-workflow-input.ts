/** Checks the input of a workflow as the worker will, for those who start it. */
import { boundsProblem } from '../rules/input-bounds';
import { InvalidInputError } from './invalid-input-error';
import { parseInput } from './parse-input';
import { workflowShapes } from './workflow-schemas';

/** The input as the worker reads it. @throws InvalidInputError that names every wrong field */
export function checkWorkflowInput<T>(workflow: string, input: unknown): T {
  const excess = boundsProblem(input);
  if (excess !== undefined) throw new InvalidInputError(workflow, [{ field: 'input', message: excess }]);
  const shape = workflowShapes[workflow as keyof typeof workflowShapes];
  return parseInput(workflow, shape.input(), input) as T;
}
