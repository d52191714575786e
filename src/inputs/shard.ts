/** Shape of a part of all syncs. */
import { z } from 'zod';
import type { Shard } from '../contracts/shard';
import { evenIfWrong, strict } from './fields';

/** More parts than this are a slip. */
const mostParts = 1_000;

/** `{ index, of }`, the index below the number of parts. */
export function shard(): z.ZodType<Shard> {
  const parts = `a whole number from 1 to ${mostParts}`;
  return strict({
    index: z.int('a whole number from 0 to of - 1').min(0, 'a whole number from 0 to of - 1'),
    of: z.int(parts).min(1, parts).max(mostParts, parts),
  }).superRefine(({ index, of }, context) => {
    if (!(index >= of)) return;
    context.addIssue({ code: 'custom', path: ['index'], message: 'expected a whole number from 0 to of - 1' });
  }, evenIfWrong);
}
