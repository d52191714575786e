/** Shape of the request of the activity `listSyncs`. */
import { z } from 'zod';
import type { ListSyncsRequest } from '../contracts/list-syncs';
import { strict, text } from './fields';
import { shard } from './shard';
import { lazy } from './lazy';
import { parseInput } from './parse-input';
import { syncFilter } from './sync-filter';

const listSyncsRequest = lazy(
  () =>
    strict({
      organization: text(),
      kind: z.enum(['model', 'bulk']),
      filter: syncFilter(),
      shard: shard().nullish(),
      after: z.string().max(255, 'an id').nullish(),
    }) satisfies z.ZodType<ListSyncsRequest>,
);

/** @throws InvalidInputError that names every bad field. */
export function parseListSyncsRequest(request: unknown): ListSyncsRequest {
  return parseInput('listSyncs', listSyncsRequest(), request);
}
