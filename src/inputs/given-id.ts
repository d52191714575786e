/** Ids as people and programs give them to workflows. */
import type { z } from 'zod';
import { normalizeId } from '../rules/ids';
import { id } from './fields';

/**
 * An id in the input of a workflow, read as Polytomic writes it, since answers are compared with it. Requests between
 * workflows and activities take {@link id}: there ids stand as a history has them.
 */
export function givenId(): z.ZodString {
  return id().overwrite(normalizeId);
}
