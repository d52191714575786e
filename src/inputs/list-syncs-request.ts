/** Shape of the request of the activity `listSyncs`. */
import { z } from 'zod';
import type { ListSyncsRequest, SyncFilter } from '../contracts/list-syncs';
import { id, strict, text } from './fields';
import { shard } from './shard';
import { lazy } from './lazy';
import { parseInput } from './parse-input';

/** Which syncs of an organization. */
export const syncFilter = lazy(
  () =>
    strict({
      active: z.boolean().nullish(),
      ids: z.array(id()).optional(),
      name: text().optional(),
      exclude: z.array(text()).optional(),
      connectionIds: z.array(id()).optional(),
    }) satisfies z.ZodType<SyncFilter>,
);

const listSyncsRequest = lazy(
  () =>
    strict({
      organization: text(),
      kind: z.enum(['model', 'bulk']),
      filter: syncFilter(),
      shard: shard().nullish(),
      after: z.string().nullish(),
    }) satisfies z.ZodType<ListSyncsRequest>,
);

/** @throws InvalidInputError that names every bad field. */
export function parseListSyncsRequest(request: unknown): ListSyncsRequest {
  return parseInput('listSyncs', listSyncsRequest(), request);
}
