/** Users of the caller's organization, and for partners those of any. */
import { z } from 'zod';
import { one, page } from '../answers';
import { del, get, post, put } from '../operation';
import { answer, shape } from '../shapes';

/** Operations on the caller's own organization came late. */
const own = { since: '2025-09-18', group: 'all' } as const;
const partners = { since: '2024-02-08', partner: true } as const;

const roles = {
  /** Old form of `role_ids`. */
  role: () => z.string().optional(),
  role_ids: () => z.array(z.string()).optional(),
};

const UserBody = shape(() => z.strictObject({ email: z.string(), role: roles.role(), role_ids: roles.role_ids() }));
const UserRoles = shape(() => z.strictObject({ role: roles.role(), role_ids: roles.role_ids() }));

const User = answer(() => ({
  id: z.string(),
  email: z.string(),
  role: z.string(),
  role_ids: z.array(z.string()),
  organization_id: z.string(),
  /** The last two are told of the caller's own organization only. */
  harbor_ids: z.array(z.string()),
  harbor_only: z.boolean(),
}));

/** Rows of `users.*`. */
export const users = {
  /** Users of the organization that the key belongs to; `2025-09-18` and later. */
  listCurrentOrgUsers: get('/api/organization/users', { answer: page(User), ...own }),
  /** Sends an invitation. */
  createCurrentOrgUser: post('/api/organization/users', { body: UserBody, answer: one(User), starts: true, ...own }),
  /** One user of the organization that the key belongs to. */
  getCurrentOrgUser: get('/api/organization/users/{id}', { answer: one(User), ...own }),
  /** Roles only. */
  updateCurrentOrgUser: put('/api/organization/users/{id}', { body: UserRoles, answer: one(User), ...own }),
  /** Answers who was deleted. */
  deleteCurrentOrgUser: del('/api/organization/users/{id}', { answer: one(User), ...own }),
  /** For partners: users of one of their organizations. */
  list: get('/api/organizations/{org_id}/users', { answer: page(User), ...partners }),
  /** Sends an invitation. */
  create: post('/api/organizations/{org_id}/users', { body: UserBody, answer: one(User), starts: true, ...partners }),
  /** For partners: one user of one of their organizations. */
  get: get('/api/organizations/{org_id}/users/{id}', { answer: one(User), ...partners }),
  /** Changes roles only, yet wants the email: send the present one. */
  update: put('/api/organizations/{org_id}/users/{id}', { body: UserBody, answer: one(User), ...partners }),
  /** Answers who was deleted. */
  delete: del('/api/organizations/{org_id}/users/{id}', { answer: one(User), ...partners }),
  /** The key is shown this once. `force` revokes the one before. */
  createApiKey: post('/api/organizations/{org_id}/users/{id}/keys', {
    query: shape(() => z.strictObject({ force: z.boolean().optional() })),
    answer: one(answer(() => ({ value: z.string() }))),
    starts: true,
    secrets: { answer: ['value'] },
    ...partners,
  }),
};
