/** Permission policies: which roles may take which actions. */
import { notFound } from '../http/api-failure';
import { data, listOf, param, type ApiRequest, type Handlers } from '../http/api-request';
import type { Fields } from '../state/fields';
import { checkOrganization, nameOf } from './roles';

/** Handlers of `permissions.policies.*`. Deleting one leaves its id where it is used, as nothing else is documented. */
export const policyRoutes: Handlers = {
  'permissions.policies.list': ({ organization }) => listOf([...organization.account.policies.values()]),
  'permissions.policies.create': (call) => data(write(call, { id: call.emulator.newId(), policy_actions: [] })),
  'permissions.policies.get': (call) => data(policyOf(call)),
  'permissions.policies.update': (call) => data(write(call, policyOf(call))),
  'permissions.policies.delete': (call) => {
    call.organization.account.policies.delete(String(policyOf(call).id));
    return {};
  },
};

function policyOf(call: ApiRequest): Fields {
  const id = param(call, 'id');
  const policy = call.organization.account.policies.get(id);
  if (policy === undefined) throw notFound('policy', id);
  return policy;
}

/** A write replaces all actions. */
function write(call: ApiRequest, { id, policy_actions: present }: Fields): Fields {
  checkOrganization(call);
  const { organization, body } = call;
  checkRoles(call, rolesIn(present));
  const policy = {
    id,
    name: nameOf(call),
    organization_id: organization.id,
    policy_actions: (body.policy_actions as Fields[]).map((action) => ({ ...action, role_ids: action.role_ids ?? [] })),
    system: false,
  };
  organization.account.policies.set(String(id), policy);
  return policy;
}

const rolesIn = (actions: unknown): string[] =>
  (actions as { role_ids?: string[] | null }[]).flatMap(({ role_ids }) => role_ids ?? []);

/** A role must exist before a policy names it. One that the policy has already may be gone: it keeps the id. */
function checkRoles({ body, organization }: ApiRequest, known: readonly string[]): void {
  const missing = rolesIn(body.policy_actions).find((id) => !organization.account.roles.has(id) && !known.includes(id));
  if (missing !== undefined) throw notFound('role', missing);
}
