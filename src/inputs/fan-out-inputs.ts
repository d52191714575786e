/** Shapes of the inputs of the workflows that run many syncs. */
import { z } from 'zod';
import type {
  ManySyncsInput,
  RunAllBulkSyncsInput,
  RunAllModelSyncsInput,
  RunAllSyncsInput,
  RunSyncPipelineInput,
} from '../contracts/fan-out-inputs';
import { duration } from './fields';
import { lazy } from './lazy';
import { pipelineSteps } from './pipeline-steps';
import { shard } from './shard';
import { runInput, schemaRetries, sharedRunFields, type Fields } from './shared-run-fields';
import { syncFilter } from './sync-filter';

/** More runs at once than this need more than one workflow. */
const mostConcurrent = 1_000;

const fromOne = lazy(() => z.int('a whole number, 1 or more').min(1, 'a whole number, 1 or more'));

const maxConcurrent = (beyond: string): z.ZodNumber => {
  const range = `a whole number from 1 to ${mostConcurrent}`;
  return z.int(range).min(1, range).max(mostConcurrent, `${range}${beyond}`);
};

const shared = lazy(() => {
  return {
    ...sharedRunFields(),
    maxConcurrent: maxConcurrent('').optional(),
    startsPerMinute: fromOne().optional(),
    timeoutPerSync: duration().optional(),
  } satisfies Fields<ManySyncsInput>;
});

const ofAll = lazy(
  () =>
    ({
      ...shared(),
      maxConcurrent: maxConcurrent('; for more, start several workflows, each with another `shard`').optional(),
      filter: syncFilter().optional(),
      maxConcurrentPerConnection: fromOne().optional(),
      failurePolicy: z.enum(['continue', 'stopStarting', 'cancelRest']).optional(),
      shard: shard().optional(),
      dryRun: z.boolean().optional(),
    }) satisfies Fields<RunAllSyncsInput>,
);

/** Input of `runAllModelSyncs`. */
export const runAllModelSyncsInput = lazy(() => runInput(ofAll()) satisfies z.ZodType<RunAllModelSyncsInput>);

/** Input of `runAllBulkSyncs`. */
export const runAllBulkSyncsInput = lazy(
  () => runInput({ ...ofAll(), retryFailedSchemas: schemaRetries() }) satisfies z.ZodType<RunAllBulkSyncsInput>,
);

/** Input of `runSyncPipeline`. */
export const runSyncPipelineInput = lazy(
  () =>
    runInput({
      steps: pipelineSteps(),
      ...shared(),
      retryFailedSchemas: schemaRetries(),
    }) satisfies z.ZodType<RunSyncPipelineInput>,
);
