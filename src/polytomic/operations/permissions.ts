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
  /** Which roles may do which actions on what has the policy. */
  policies: {
    /** All policies, those of the system (`system`) too. */
    list: get('/api/permissions/policies', { answer: page(Policy), ...common }),
    /** Takes effect where a connection, model or sync names it in its `policies`. */
    create: post('/api/permissions/policies', { body: PolicyBody, answer: one(Policy), starts: true, ...common }),
    /** The actions that one policy allows, each with its roles. */
    get: get('/api/permissions/policies/{id}', { answer: one(Policy), ...common }),
    /** Replaces the whole policy. */
    update: put('/api/permissions/policies/{id}', { body: PolicyBody, answer: one(Policy), ...common }),
    /** By its id. Answers nothing. */
    delete: del('/api/permissions/policies/{id}', common),
  },
  /** Groups of users; policies allow actions to them. */
  roles: {
    /** All roles, those of the system (`system`) too. */
    list: get('/api/permissions/roles', { answer: page(Role), ...common }),
    /** Allows nothing until a policy names it. */
    create: post('/api/permissions/roles', { body: RoleBody, answer: one(Role), starts: true, ...common }),
    /** One role by its id. */
    get: get('/api/permissions/roles/{id}', { answer: one(Role), ...common }),
    /** System roles refuse. */
    update: put('/api/permissions/roles/{id}', { body: RoleBody, answer: one(Role), ...common }),
    /** Policies keep its id. */
    delete: del('/api/permissions/roles/{id}', common),
  },
};
