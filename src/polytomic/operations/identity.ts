/** Whose key it is. */
import { z } from 'zod';
import { one } from '../answers';
import { get } from '../operation';
import { answer } from '../shapes';

const Identity = answer(() => ({
  id: z.string(),
  email: z.string(),
  role: z.string(),
  organization_id: z.string(),
  organization_name: z.string(),
  is_user: z.boolean(),
  is_organization: z.boolean(),
  is_partner: z.boolean(),
  is_system: z.boolean(),
  /** Tells early that a key is read-only or restricted to some connections. */
  credential: answer(() => ({
    method: z.string(),
    mode: z.string(),
    api_key_profile: z.unknown(),
    harbor: z.unknown(),
    oauth_client_id: z.string(),
    oauth_resource: z.string(),
  }))(),
}));

/** Rows of `identity.*`. */
export const identity = {
  /** A cheap way to try a key. */
  get: get('/api/me', { answer: one(Identity), since: '2024-02-08' }),
};
