/** Shape of the request of the activity `listSyncs`. */
import { z } from 'zod';
import type { ListSyncsRequest } from '../contracts/list-syncs';
import { strict, text } from './fields';
import { shard } from './shard';
import { lazy } from './lazy';
import { syncFilter } from './sync-filter';

export const listSyncsRequest = lazy(
  () =>
    strict({
      organization: text(),
      kind: z.enum(['model', 'bulk']),
      filter: syncFilter(),
      shard: shard().nullish(),
      after: z.string().max(255, 'an id').nullish(),
    }) satisfies z.ZodType<ListSyncsRequest>,
);
