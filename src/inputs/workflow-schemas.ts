/** JSON Schemas of all workflow inputs and results, for callers in other languages. */
import { z } from 'zod';
import { awaitSyncInput } from './await-sync-input';
import { runAllBulkSyncsInput, runAllModelSyncsInput, runSyncPipelineInput } from './fan-out-inputs';
import { checkPolytomicSetupInput, listPolytomicSyncsInput, polytomicSetup, polytomicSyncs } from './inspection';
import {
  checkPolytomicDriftInput,
  deprovisionPolytomicInput,
  exportPolytomicInput,
  planPolytomicInput,
  provisionPolytomicInput,
} from './provision-inputs';
import { driftResult, exportResult, provisionPlan, provisionResult } from './provision-results';
import { fanOutResult, pipelineResult, syncRunResult } from './result-shapes';
import {
  createAndRunBulkSyncInput,
  createAndRunModelSyncInput,
  runBulkSyncInput,
  runModelSyncInput,
} from './run-inputs';
import { changePolytomicScheduleInput, polytomicScheduleChange } from './sync-schedule';

/** The shapes of one workflow. */
export interface WorkflowShapes {
  readonly input: () => z.ZodType;
  readonly result: () => z.ZodType;
}

/** Every workflow by its type's name. */
export const workflowShapes = {
  runModelSync: { input: runModelSyncInput, result: syncRunResult },
  runBulkSync: { input: runBulkSyncInput, result: syncRunResult },
  createAndRunModelSync: { input: createAndRunModelSyncInput, result: syncRunResult },
  createAndRunBulkSync: { input: createAndRunBulkSyncInput, result: syncRunResult },
  awaitSync: { input: awaitSyncInput, result: syncRunResult },
  runAllModelSyncs: { input: runAllModelSyncsInput, result: fanOutResult },
  runAllBulkSyncs: { input: runAllBulkSyncsInput, result: fanOutResult },
  runSyncPipeline: { input: runSyncPipelineInput, result: pipelineResult },
  listPolytomicSyncs: { input: listPolytomicSyncsInput, result: polytomicSyncs },
  checkPolytomicSetup: { input: checkPolytomicSetupInput, result: polytomicSetup },
  planPolytomic: { input: planPolytomicInput, result: provisionPlan },
  provisionPolytomic: { input: provisionPolytomicInput, result: provisionResult },
  deprovisionPolytomic: { input: deprovisionPolytomicInput, result: provisionResult },
  checkPolytomicDrift: { input: checkPolytomicDriftInput, result: driftResult },
  changePolytomicSchedule: { input: changePolytomicScheduleInput, result: polytomicScheduleChange },
  exportPolytomic: { input: exportPolytomicInput, result: exportResult },
} as const satisfies Readonly<Record<string, WorkflowShapes>>;

/** Workflows that only ours start: the record of a set of provisioned objects. */
export const internalWorkflows: readonly string[] = ['polytomicSet'];

/** A JSON Schema (draft 2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The schemas by file name without ending: `runModelSync.input` and `runModelSync.result`, and so for each workflow. Inputs
 * refuse unknown fields, as the workflows do. Results allow them, since later versions may add some.
 */
export function workflowSchemas(): Record<string, JsonSchema> {
  const schemas = Object.entries(workflowShapes).flatMap(([name, { input, result }]) => [
    [`${name}.input`, toJsonSchema(`Input of ${name}`, input())],
    [`${name}.result`, toJsonSchema(`Result of ${name}`, result())],
  ]);
  return Object.fromEntries(schemas) as Record<string, JsonSchema>;
}

function toJsonSchema(title: string, shape: z.ZodType): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(shape, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.pattern !== undefined) jsonSchema.pattern = portable(jsonSchema.pattern);
    },
  });
  return { $schema, title, ...schema };
}

/**
 * Many languages know neither look-aheads nor classes of Unicode in patterns. Without the former a pattern takes a little
 * more than the workflow does.
 */
function portable(pattern: string): string {
  return pattern.replace(/\(\?![^)]*\)/g, '').replaceAll('\\p{Cc}', '\\x00-\\x1f\\x7f-\\x9f');
}
