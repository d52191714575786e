/** Shapes of the start options of both kinds of syncs. */
import { z } from 'zod';
import type { BulkSyncStart, ModelSyncStart, SourceIdentity } from '../contracts/run-inputs';
import { evenIfWrong, id, strict, text } from './fields';
import { lazy } from './lazy';

/** Most records that one start may name one by one: Polytomic's own limit. */
const mostSourceIdentities = 1_000;

/** More records than this are a sync of their own. */
const mostIdentities = 10_000;
/** No source has more of them. */
const mostSchemas = 10_000;

/** Names a record in the source: longer than names are, for keys of several fields. */
const identity = lazy(() => z.string().max(1_000, 'at most 1000 characters'));

const sourceIdentity = lazy(
  () =>
    strict({
      source: strict({ modelId: id(), field: text() }),
      value: identity(),
    }) satisfies z.ZodType<SourceIdentity>,
);

/** Start options of a model sync. */
export const modelSyncStart = lazy(
  () =>
    strict({
      resync: z.boolean().optional(),
      test: z.boolean().optional(),
      identities: z.array(identity()).max(mostIdentities, `at most ${mostIdentities} records`).optional(),
      sourceIdentities: z
        .array(z.array(sourceIdentity()).min(1, 'a list that is not empty'))
        .max(mostSourceIdentities, `at most ${mostSourceIdentities} records`)
        .optional(),
    }).superRefine((start, context) => {
      if (start.identities && start.sourceIdentities) exclude(context, 'sourceIdentities', 'identities');
    }, evenIfWrong) satisfies z.ZodType<ModelSyncStart>,
);

/** Start options of a bulk sync. */
export const bulkSyncStart = lazy(
  () =>
    strict({
      schemas: z.array(text()).max(mostSchemas, `at most ${mostSchemas} schemas`).optional(),
      resyncMode: z.enum(['refetch', 'resync', 'rebuild']).optional(),
      fetchMode: z.enum(['none', 'incremental', 'full']).optional(),
      test: z.boolean().optional(),
    }).superRefine((start, context) => {
      if (start.test && start.resyncMode) exclude(context, 'test', 'resyncMode');
    }, evenIfWrong) satisfies z.ZodType<BulkSyncStart>,
);

function exclude(context: z.core.$RefinementCtx, field: string, other: string): void {
  context.addIssue({ code: 'custom', path: [field], message: `cannot be given together with ${other}` });
}
