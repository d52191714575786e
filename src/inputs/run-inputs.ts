/** Shapes of the inputs of the workflows that run one sync. */
import { z } from 'zod';
import type {
  CreateAndRunBulkSyncInput,
  CreateAndRunInput,
  CreateAndRunModelSyncInput,
  RunBulkSyncInput,
  RunModelSyncInput,
  SharedRunInput,
} from '../contracts/run-inputs';
import { syncToCreate } from './create-request';
import { count, duration, id, strict, text, time } from './fields';
import { lazy } from './lazy';
import { bulkSyncStart, modelSyncStart } from './start-options';

/** More rounds than this are not a retry any more; each adds events to a history. */
const mostSchemaRetries = 100;

const disposition = lazy(() => z.enum(['cancelOwn', 'leaveRunning']).optional());

const warnAfter = lazy(() =>
  z.union([duration(), strict({ timesMedian: z.number().gt(0, 'a number above 0') })], {
    error: "a duration such as '2 hours', or { timesMedian: a number above 0 }",
  }),
);

const shared = lazy(
  () =>
    ({
      organization: text().optional(),
      ifRunning: z.enum(['waitThenStart', 'attach', 'fail', 'skip']).optional(),
      startedAfter: time().optional(),
      timeout: duration().optional(),
      onCancel: disposition(),
      onTimeout: disposition(),
      warnAfter: warnAfter().optional(),
      onFailure: z.enum(['throw', 'return']).optional(),
      maxErrorRecords: count().optional(),
      maxErrorRatio: z.number().min(0, 'a number from 0 to 1').max(1, 'a number from 0 to 1').optional(),
      minRecords: count().optional(),
      errorText: z.enum(['include', 'omit']).optional(),
      ifInactive: z.enum(['fail', 'run', 'activate']).optional(),
    }) satisfies Fields<SharedRunInput>,
);

const create = lazy(
  () =>
    ({
      sync: syncToCreate(),
      adopt: z.enum(['never', 'byName']).optional(),
    }) satisfies Fields<CreateAndRunInput>,
);

const ofModelSync = lazy(() => ({ ...shared(), start: modelSyncStart().optional() }));

const ofBulkSync = lazy(() => ({
  ...shared(),
  start: bulkSyncStart().optional(),
  retryFailedSchemas: count(mostSchemaRetries).optional(),
}));

/** Input of `runModelSync`. */
export const runModelSyncInput = lazy(
  () => strict({ syncId: id(), ...ofModelSync() }) satisfies z.ZodType<RunModelSyncInput>,
);

/** Input of `runBulkSync`. */
export const runBulkSyncInput = lazy(
  () => strict({ syncId: id(), ...ofBulkSync() }) satisfies z.ZodType<RunBulkSyncInput>,
);

/** Input of `createAndRunModelSync`. */
export const createAndRunModelSyncInput = lazy(
  () => strict({ ...create(), ...ofModelSync() }) satisfies z.ZodType<CreateAndRunModelSyncInput>,
);

/** Input of `createAndRunBulkSync`. */
export const createAndRunBulkSyncInput = lazy(
  () => strict({ ...create(), ...ofBulkSync() }) satisfies z.ZodType<CreateAndRunBulkSyncInput>,
);

/** A shape for every field of an input, so that none is forgotten. */
type Fields<T> = { [K in keyof Required<T>]: z.ZodType<T[K]> };
