/** Shapes of the results of all workflows, for their JSON Schemas: nothing parses a result at run time. */
import { z } from 'zod';
import type { RecordCounts } from '../contracts/execution';
import type { DryRun, FanOutResult, OutcomeCounts, PipelineResult, StepResult } from '../contracts/fan-out-result';
import type { CaughtUp } from '../contracts/ingestion';
import type { RunOutcome, SchemaResult, SyncRunResult } from '../contracts/run-result';
import { lazy } from './lazy';
import type { Fields } from './shared-run-fields';

/** A number that counts, from zero. */
const counted = (): z.ZodNumber => z.int().min(0);
/** Null where Polytomic does not report it. */
const reported = (): z.ZodNullable<z.ZodNumber> => z.number().nullable();
const instant = (): z.ZodNullable<z.ZodString> => z.string().nullable();

const recordCounts = lazy(
  () =>
    z.object({
      total: reported(),
      inserted: reported(),
      updated: reported(),
      upserted: reported(),
      deleted: reported(),
      errors: reported(),
      warnings: reported(),
    } satisfies Fields<RecordCounts>) satisfies z.ZodType<RecordCounts>,
);

const schemaResult = lazy(
  () =>
    z.object({
      schema: z.string(),
      status: z.string(),
      records: z.number(),
      errors: z.number(),
      warnings: z.number(),
      message: z.string().nullable(),
    } satisfies Fields<SchemaResult>) satisfies z.ZodType<SchemaResult>,
);

const caughtUp = lazy(
  () =>
    z.object({
      status: z.string(),
      positionTime: z.string(),
      lagMs: z.number(),
    } satisfies Fields<CaughtUp>) satisfies z.ZodType<CaughtUp>,
);

/** Every outcome of a run. */
export const outcomes = [
  'completed',
  'completedWithErrors',
  'partiallyFailed',
  'failed',
  'canceled',
  'timedOut',
  'skipped',
] as const satisfies readonly RunOutcome[];

const runFields = lazy(
  () =>
    ({
      kind: z.enum(['model', 'bulk']),
      organization: z.string(),
      syncId: z.string(),
      name: z.string().nullable(),
      executionId: z.string().nullable(),
      executions: z.array(z.string()).optional(),
      attempts: counted().optional(),
      url: z.string().optional(),
      outcome: z.enum(outcomes),
      status: z.string().nullable(),
      attached: z.boolean(),
      startedAt: instant(),
      completedAt: instant(),
      records: recordCounts(),
      errors: z.array(z.string()),
      schemas: z.array(schemaResult()).optional(),
      schemaCounts: z.object({ total: counted(), failed: counted() }).optional(),
      reason: z.string().optional(),
      ingestion: caughtUp().optional(),
      cancelConfirmed: z.boolean().optional(),
    }) satisfies Fields<SyncRunResult>,
);

/** Result of every workflow that runs, or waits for, one sync. */
export const syncRunResult = lazy(() => z.object(runFields()) satisfies z.ZodType<SyncRunResult>);

const outcomeCounts = lazy(
  () =>
    ({
      completed: counted(),
      completedWithErrors: counted(),
      partiallyFailed: counted(),
      failed: counted(),
      canceled: counted(),
      timedOut: counted(),
      skipped: counted(),
    }) satisfies Fields<OutcomeCounts>,
);

const dryRun = lazy(
  () =>
    z.object({
      syncs: z.array(z.object({ syncId: z.string(), name: z.string() })),
      requests: z.number(),
      billableActions: z.number(),
    } satisfies Fields<DryRun>) satisfies z.ZodType<DryRun>,
);

/** Result of `runAllModelSyncs` and `runAllBulkSyncs`. */
export const fanOutResult = lazy(
  () =>
    z.object({
      ...outcomeCounts(),
      total: counted(),
      failures: z.array(syncRunResult()),
      listComplete: z.boolean(),
      dryRun: dryRun().optional(),
    } satisfies Fields<FanOutResult>) satisfies z.ZodType<FanOutResult>,
);

const stepResult = lazy(
  () =>
    z.object({
      ...runFields(),
      because: z.string().optional(),
    } satisfies Fields<StepResult>) satisfies z.ZodType<StepResult>,
);

/** Result of `runSyncPipeline`. */
export const pipelineResult = lazy(
  () =>
    z.object({
      ...outcomeCounts(),
      total: counted(),
      steps: z.record(z.string(), stepResult()),
    } satisfies Fields<PipelineResult>) satisfies z.ZodType<PipelineResult>,
);

/** What the shapes leave open of what the types allow would be refused here by the compiler. */
type Covers<T, S extends () => z.ZodType> = [T] extends [z.output<ReturnType<S>>] ? true : never;
type AllCovered = [
  Covers<SyncRunResult, typeof syncRunResult>,
  Covers<FanOutResult, typeof fanOutResult>,
  Covers<PipelineResult, typeof pipelineResult>,
];
/** Compiles only while shapes and types are the same in both directions. */
export type ResultShapesAreWhole = AllCovered extends readonly true[] ? true : never;
