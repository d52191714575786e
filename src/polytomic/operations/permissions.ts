/** Who may do what: policies allow actions to roles. */
import { z } from 'zod';
import { one, page } from '../answers';
import { del, get, post, put } from '../operation';
import { answer, shape } from '../shapes';

const common = { since: '2024-02-08', group: 'all' } as const;

const PolicyBody = shape(() =>
  z.strictObject({
    name: z.string(),
    policy_actions: z.array(z.strictObject({ action: z.string(), role_ids: z.array(z.string()) })),
    organization_id: z.string().optional(),
  }),
);

const RoleBody = shape(() => z.strictObject({ name: z.string(), organization_id: z.string().optional() }));

const Policy = answer(() => ({
  id: z.string(),
  name: z.string(),
  policy_actions: z.array(answer(() => ({ action: z.string(), role_ids: z.array(z.string()) }))()),
  system: z.boolean(),
  organization_id: z.string(),
}));

const Role = answer(() => ({
  id: z.string(),
  name: z.string(),
  system: z.boolean(),
  organization_id: z.string(),
}));

/** Rows of `permissions.*`. */
export const permissions = {
  policies: {
    list: get('/api/permissions/policies', { answer: page(Policy), ...common }),
    create: post('/api/permissions/policies', { body: PolicyBody, answer: one(Policy), starts: true, ...common }),
    get: get('/api/permissions/policies/{id}', { answer: one(Policy), ...common }),
    /** Replaces the whole policy. */
    update: put('/api/permissions/policies/{id}', { body: PolicyBody, answer: one(Policy), ...common }),
    delete: del('/api/permissions/policies/{id}', common),
  },
  roles: {
    list: get('/api/permissions/roles', { answer: page(Role), ...common }),
    create: post('/api/permissions/roles', { body: RoleBody, answer: one(Role), starts: true, ...common }),
    get: get('/api/permissions/roles/{id}', { answer: one(Role), ...common }),
    /** System roles refuse. */
    update: put('/api/permissions/roles/{id}', { body: RoleBody, answer: one(Role), ...common }),
    /** Policies keep its id. */
    delete: del('/api/permissions/roles/{id}', common),
  },
};
