/** Shape of a filter of syncs. */
import { z } from 'zod';
import type { SyncFilter } from '../contracts/list-syncs';
import { isGlob } from '../rules/glob';
import { notTooLarge, strict, text } from './fields';
import { givenId } from './given-id';
import { lazy } from './lazy';

/** More ids than this make a long list of their own in every history that they cross. */
const mostIds = 5_000;
const mostOthers = 1_000;
/** Each is matched with every name. */
const mostGlobs = 100;

const split = 'split them by `shard`, or over several workflows';

/** Which syncs of an organization. */
export const syncFilter = lazy(
  () =>
    strict({
      active: z.boolean().nullish(),
      ids: z.array(givenId()).max(mostIds, `at most ${mostIds} ids; ${split}`).optional(),
      name: text().optional(),
      exclude: z
        .array(text())
        .max(mostOthers, `at most ${mostOthers} ids and globs`)
        .refine((texts) => texts.filter(isGlob).length <= mostGlobs, `expected at most ${mostGlobs} globs; ${split}`)
        .optional(),
      mode: text().optional(),
      target_connection_id: givenId().optional(),
      connectionIds: z.array(givenId()).max(mostOthers, `at most ${mostOthers} ids`).optional(),
    }).superRefine(notTooLarge(split)) satisfies z.ZodType<SyncFilter>,
);
