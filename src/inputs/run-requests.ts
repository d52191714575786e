/** Shapes of the requests of the composite activities that start, create, await and cancel runs. */
import { z } from 'zod';
import type { AwaitNextRunRequest, PrepareAwaitSyncRequest } from '../contracts/await-sync';
import type { PrepareRunsRequest } from '../contracts/prepared-runs';
import type { ReadSetupRequest } from '../contracts/composite-activities';
import type { StartOptions } from '../contracts/run-options';
import type { AwaitIngestionRequest } from '../contracts/ingestion';
import type {
  CancelExecutionsRequest,
  CancelItem,
  CreateItem,
  CreateSyncsRequest,
  EffectWindow,
  KnownRuns,
  OncePost,
  StartExecutionsRequest,
  StartItem,
} from '../contracts/starts';
import type { AwaitExecutionsRequest, AwaitItem, ManyWait, Stillness, UpNextItem } from '../contracts/waits';
import { id, strict, text, time } from './fields';
import { lazy } from './lazy';
import { anyText, epochMs, errorText, kind, listOf, reportedTime, span, usualDuration } from './request-fields';
import type { Fields } from './shared-run-fields';
import { bulkSyncStart, modelSyncStart } from './start-options';

/** Items of one activity. How many of them it serves it says itself, as an answer must hold what became of each. */
const maxItems = 1_000;
/** Keys that one start gives up over its whole time; each waits out a window of at least half a minute. */
const maxWindows = 10_000;
const maxSchemas = 10_000;
const maxKnownRuns = 1_000;
const maxRunsInProgress = 1_000;
const maxWaiterLength = 500;
/** The longest key that the API takes, as it is drawn by a workflow. */
const key = lazy(() => z.string().regex(/^[A-Za-z0-9_-]{8,255}$/, '8 to 255 letters, digits, _ and -'));

const syncRef = lazy(() => ({ kind: kind(), syncId: id() }));

const window = lazy(
  () =>
    strict({
      from: epochMs(),
      to: epochMs(),
    } satisfies Fields<EffectWindow>) satisfies z.ZodType<EffectWindow>,
);

const known = lazy(
  () =>
    strict({
      ids: listOf(anyText(), maxKnownRuns),
      listed: z.boolean(),
    } satisfies Fields<KnownRuns>) satisfies z.ZodType<KnownRuns>,
);

/**
 * Of either kind; a workflow parsed them as its own kind's. Schemas may be Polytomic's own ids, however long; the client
 * checks them with the shape of the operation.
 */
const startOptions = lazy(
  () =>
    strict({
      ...modelSyncStart().shape,
      ...bulkSyncStart().shape,
      schemas: listOf(z.unknown() as z.ZodType<string>, maxSchemas).optional(),
    } satisfies Fields<StartOptions>) satisfies z.ZodType<StartOptions>,
);

const oncePost = lazy(
  () =>
    ({
      key: key().nullable(),
      lookFirst: z.boolean(),
      windows: listOf(window(), maxWindows),
      keyFingerprint: text().optional(),
    }) satisfies Fields<OncePost>,
);

const startItem = lazy(
  () =>
    strict({
      ...syncRef(),
      ...oncePost(),
      known: known(),
      options: startOptions(),
      failedSchemasOf: id().optional(),
      checkConnections: z.literal(true).optional(),
      activate: z.boolean(),
    } satisfies Fields<StartItem>) satisfies z.ZodType<StartItem>,
);

export const startExecutionsRequest = lazy(
  () =>
    strict({
      organization: text(),
      items: listOf(startItem(), maxItems),
      errorText: errorText().optional(),
    } satisfies Fields<StartExecutionsRequest>) satisfies z.ZodType<StartExecutionsRequest>,
);

const createItem = lazy(
  () =>
    strict({
      kind: kind(),
      ...oncePost(),
      // The client checks it with the shape of the operation, before it is sent.
      sync: z.record(z.string(), z.unknown()),
      namesakes: listOf(anyText(), maxKnownRuns),
    } satisfies Fields<CreateItem>) satisfies z.ZodType<CreateItem>,
);

export const createSyncsRequest = lazy(
  () =>
    strict({
      organization: text(),
      items: listOf(createItem(), maxItems),
      errorText: errorText().optional(),
    } satisfies Fields<CreateSyncsRequest>) satisfies z.ZodType<CreateSyncsRequest>,
);

const cancelItem = lazy(
  () =>
    strict({
      ...syncRef(),
      executionId: id().nullable(),
      windows: listOf(window(), maxWindows),
      known: known(),
      options: startOptions(),
      failedSchemasOf: id().optional(),
      onlyIfCounts: z.number().optional(),
      cancel: z.boolean(),
    } satisfies Fields<CancelItem>) satisfies z.ZodType<CancelItem>,
);

export const cancelExecutionsRequest = lazy(
  () =>
    strict({
      organization: text(),
      items: listOf(cancelItem(), maxItems),
      timeoutMs: span(),
      errorText: errorText().optional(),
      compact: z.boolean().optional(),
      urls: z.boolean().optional(),
    } satisfies Fields<CancelExecutionsRequest>) satisfies z.ZodType<CancelExecutionsRequest>,
);

const awaitItem = lazy(
  () =>
    strict({
      ...syncRef(),
      executionId: id(),
      createdAt: reportedTime(),
      usual: usualDuration().nullable(),
      stalledAfterMs: span().optional(),
      still: strict({ counts: z.number(), forMs: span() } satisfies Fields<Stillness>).optional(),
      liveCountsMs: span().optional(),
      mayStillFail: z.literal(true).optional(),
    } satisfies Fields<AwaitItem>) satisfies z.ZodType<AwaitItem>,
);

const upNextItem = lazy(
  () =>
    strict({
      ...syncRef(),
      known: strict({ name: anyText(), active: z.boolean() }).optional(),
    } satisfies Fields<UpNextItem>) satisfies z.ZodType<UpNextItem>,
);

const manyWait = lazy(
  () =>
    strict({
      spare: z.int('a whole number from 0 to 1000').min(0, 'a whole number from 0 to 1000').max(1_000),
      fullBefore: z.boolean(),
      failedSchemas: z.boolean(),
      schemas: z.boolean().optional(),
      connections: z.boolean(),
    } satisfies Fields<ManyWait>) satisfies z.ZodType<ManyWait>,
);

/** How long a wait may last, in both forms; what an earlier worker left is checked where it is read. */
const waitLength = lazy(() => ({
  waitForMs: span().nullish(),
  deadline: time().nullish(),
  checkpoint: z.unknown().optional(),
}));

export const awaitExecutionsRequest = lazy(
  () =>
    strict({
      organization: text(),
      waiter: text(maxWaiterLength),
      executions: listOf(awaitItem(), maxItems),
      ...waitLength(),
      lingerMs: span(),
      upNext: listOf(upNextItem(), maxItems),
      errorText: errorText().optional(),
      many: manyWait().optional(),
    } satisfies Fields<AwaitExecutionsRequest>) satisfies z.ZodType<AwaitExecutionsRequest>,
);

export const awaitNextRunRequest = lazy(
  () =>
    strict({
      organization: text(),
      ...syncRef(),
      endedAfter: time(),
      inProgress: listOf(anyText(), maxRunsInProgress),
      ...waitLength(),
    } satisfies Fields<AwaitNextRunRequest>) satisfies z.ZodType<AwaitNextRunRequest>,
);

export const awaitIngestionRequest = lazy(() => {
  const { waitForMs, checkpoint } = waitLength();
  return strict({
    ...{ organization: text(), syncId: id(), withinMs: span(), waitForMs, checkpoint },
  } satisfies Fields<AwaitIngestionRequest>) satisfies z.ZodType<AwaitIngestionRequest>;
});

export const prepareRunsRequest = lazy(
  () =>
    strict({
      workflow: z.enum([
        'runModelSync',
        'runBulkSync',
        'createAndRunModelSync',
        'createAndRunBulkSync',
        'runAllModelSyncs',
        'runAllBulkSyncs',
        'runSyncPipeline',
      ]),
      input: z.unknown().optional(),
    } satisfies Fields<PrepareRunsRequest>) satisfies z.ZodType<PrepareRunsRequest>,
);

export const prepareAwaitSyncRequest = lazy(
  () =>
    strict({
      input: z.unknown().optional(),
      beganAt: time(),
    } satisfies Fields<PrepareAwaitSyncRequest>) satisfies z.ZodType<PrepareAwaitSyncRequest>,
);

export const readSetupRequest = lazy(
  () => strict({ organization: text() } satisfies Fields<ReadSetupRequest>) satisfies z.ZodType<ReadSetupRequest>,
);
