/** Shape of the steps of a pipeline: each right by itself, and all of them a graph that can be run. */
import { z } from 'zod';
import type { PipelineStep } from '../contracts/fan-out-inputs';
import { checkGraph, writePath, type GraphNode, type GraphProblem } from '../rules/graph';
import { evenIfWrong, notTooLarge, strict } from './fields';
import { givenId } from './given-id';
import { lazy } from './lazy';
import { bulkSyncStart, modelSyncStart } from './start-options';

const mostSteps = 200;

/** `__proto__` cannot be a key of the results by step, and `constructor` or `toString` seem to be one before they are. */
const stepId = lazy(() =>
  z
    .string()
    .regex(/^(?!__proto__$)[^\p{Cc}]{1,100}$/u, 'a name of 1 to 100 characters, no control characters')
    .refine((name) => name === '__proto__' || !(name in Object.prototype), 'another name: every object has this one'),
);

const step = lazy(() => ({
  id: stepId(),
  syncId: givenId(),
  after: z.array(stepId()).max(mostSteps, `at most ${mostSteps} names`).optional(),
}));

const pipelineStep = lazy(
  () =>
    z.discriminatedUnion(
      'kind',
      [
        strict({ ...step(), kind: z.literal('model'), start: modelSyncStart().optional() }),
        strict({ ...step(), kind: z.literal('bulk'), start: bulkSyncStart().optional() }),
      ],
      { error: (issue) => (issue.code === 'invalid_union' ? "'model' or 'bulk'" : undefined) },
    ) satisfies z.ZodType<PipelineStep>,
);

/** What steps of both kinds have. */
const anyStep = lazy(() => z.looseObject(step()));
const kinds: readonly unknown[] = ['model', 'bulk'];

/** A step of no known kind is checked no further by its shape, so its other fields are checked here. */
function checkWithoutKind(steps: unknown, context: z.core.$RefinementCtx): void {
  if (!Array.isArray(steps)) return;
  for (const [index, given] of (steps as unknown[]).entries()) {
    if (typeof given !== 'object' || given === null || kinds.includes((given as { kind?: unknown }).kind)) continue;
    const { error } = anyStep().safeParse(given, { reportInput: true });
    for (const issue of error?.issues ?? []) {
      context.issues.push({ ...issue, path: [index, ...issue.path] } as z.core.$ZodRawIssue);
    }
  }
}

/** 1 to 200 steps. */
export function pipelineSteps(): z.ZodType<PipelineStep[]> {
  const length = `a list of 1 to ${mostSteps} steps`;
  return z
    .array(pipelineStep())
    .min(1, length)
    .max(mostSteps, length)
    .superRefine(checkWithoutKind, evenIfWrong)
    .superRefine((steps, context) => {
      const given: unknown = steps;
      if (!Array.isArray(given)) return;
      const nodes = given.map(toNode);
      for (const problem of checkGraph(nodes.filter((node) => node !== undefined))) {
        context.addIssue({ code: 'custom', path: placeOf(problem, nodes), message: messageOf(problem) });
      }
    }, evenIfWrong)
    .superRefine(notTooLarge('start fewer steps at once, or leave their options out'));
}

/** What can be told of a step, right or wrong. */
function toNode(step: unknown): GraphNode | undefined {
  const { id: name, after = [] } = (step ?? {}) as { id?: unknown; after?: unknown };
  if (typeof name !== 'string' || !Array.isArray(after)) return undefined;
  return { id: name, after: after.filter((one) => typeof one === 'string') };
}

type Nodes = (GraphNode | undefined)[];

function placeOf(problem: GraphProblem, nodes: Nodes): PropertyKey[] {
  switch (problem.problem) {
    case 'duplicate':
      return [nodes.findLastIndex((node) => node?.id === problem.id), 'id'];
    case 'unknown': {
      const index = nodes.findIndex((node) => node?.id === problem.id && node.after.includes(problem.after));
      return [index, 'after', nodes[index]?.after.indexOf(problem.after) ?? 0];
    }
    case 'cycle':
      return [nodes.findIndex((node) => node?.id === problem.path[0]), 'after'];
  }
}

function messageOf(problem: GraphProblem): string {
  switch (problem.problem) {
    case 'duplicate':
      return `expected a name that no other step has, "${problem.id}" is taken`;
    case 'unknown':
      return `there is no step "${problem.after}"`;
    case 'cycle':
      return `expected no cycle, found ${writePath(problem.path)}`;
  }
}
