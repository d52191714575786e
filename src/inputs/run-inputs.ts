/** Shapes of the inputs of the workflows that run one sync. */
import { z } from 'zod';
import type {
  CreateAndRunBulkSyncInput,
  CreateAndRunInput,
  CreateAndRunModelSyncInput,
  RunBulkSyncInput,
  RunModelSyncInput,
} from '../contracts/run-inputs';
import { syncToCreate } from './create-request';
import { givenId } from './given-id';
import { lazy } from './lazy';
import { runInput, schemaRetries, sharedRunFields, type Fields } from './shared-run-fields';
import { bulkSyncStart, modelSyncStart } from './start-options';

const create = lazy(
  () =>
    ({
      sync: syncToCreate(),
      adopt: z.enum(['never', 'byName']).optional(),
    }) satisfies Fields<CreateAndRunInput>,
);

const ofModelSync = lazy(() => ({ ...sharedRunFields(), start: modelSyncStart().optional() }));

const ofBulkSync = lazy(() => ({
  ...sharedRunFields(),
  start: bulkSyncStart().optional(),
  retryFailedSchemas: schemaRetries(),
}));

/** Input of `runModelSync`. */
export const runModelSyncInput = lazy(
  () => runInput({ syncId: givenId(), ...ofModelSync() }) satisfies z.ZodType<RunModelSyncInput>,
);

/** Input of `runBulkSync`. */
export const runBulkSyncInput = lazy(
  () => runInput({ syncId: givenId(), ...ofBulkSync() }) satisfies z.ZodType<RunBulkSyncInput>,
);

/** Input of `createAndRunModelSync`. */
export const createAndRunModelSyncInput = lazy(
  () => runInput({ ...create(), ...ofModelSync() }) satisfies z.ZodType<CreateAndRunModelSyncInput>,
);

/** Input of `createAndRunBulkSync`. */
export const createAndRunBulkSyncInput = lazy(
  () => runInput({ ...create(), ...ofBulkSync() }) satisfies z.ZodType<CreateAndRunBulkSyncInput>,
);
