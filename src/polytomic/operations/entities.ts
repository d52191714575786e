/** What an id belongs to. */
import { z } from 'zod';
import { one } from '../answers';
import { get } from '../operation';
import { answer } from '../shapes';

const Entity = answer(() => ({
  id: z.string(),
  type: z.string(),
  /** Of the page that shows it, below the base URL. */
  canonical_path: z.string(),
  organization_id: z.string(),
  context: z.unknown(),
  relationships: z.unknown(),
}));

/** Rows of `entities.*`. */
export const entities = {
  /** Takes any id, that of an execution too; 404 for what the caller may not see. */
  get: get('/api/entities/{id}', { answer: one(Entity), since: '2025-09-18' }),
  /** In any organization of the partner, which the answer names. */
  getForPartner: get('/api/organizations/entities/{id}', { answer: one(Entity), since: '2025-09-18', partner: true }),
};
