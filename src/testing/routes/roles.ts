/** Roles of an organization. */
import type { Role } from '../state/account';
import { ApiFailure, notFound } from '../http/api-failure';
import { data, listOf, param, type ApiRequest, type Handlers } from '../http/api-request';
import type { Fields } from '../state/fields';
import type { Organization } from '../state/emulator-state';

/** Handlers of `permissions.roles.*`. */
export const roleRoutes: Handlers = {
  'permissions.roles.list': ({ organization }) =>
    listOf([...organization.account.roles.values()].map((role) => toRole(role, organization))),
  'permissions.roles.create': (call) => {
    checkOrganization(call);
    const role: Role = { id: call.emulator.newId(), name: nameOf(call), system: false };
    call.organization.account.roles.set(role.id, role);
    return data(toRole(role, call.organization));
  },
  'permissions.roles.get': (call) => data(toRole(roleOf(call), call.organization)),
  'permissions.roles.update': (call) => {
    checkOrganization(call);
    const role = changeable(call);
    role.name = nameOf(call);
    return data(toRole(role, call.organization));
  },
  // Policies keep the id of a deleted role. Whether users do is not documented; they do here.
  'permissions.roles.delete': (call) => {
    call.organization.account.roles.delete(changeable(call).id);
    return {};
  },
};

/** The name that a write of a role or a policy gives; an empty one is a 400. */
export function nameOf({ body }: ApiRequest): string {
  const name = String(body.name);
  if (name.trim() === '') throw new ApiFailure(400, 'body.name: expected some text');
  return name;
}

/** A key writes into its own organization only. */
export function checkOrganization({ body, organization }: ApiRequest): void {
  if (body.organization_id === undefined || body.organization_id === organization.id) return;
  throw new ApiFailure(403, 'body.organization_id: not the organization of this key');
}

function roleOf(call: ApiRequest): Role {
  const id = param(call, 'id');
  const role = call.organization.account.roles.get(id);
  if (role === undefined) throw notFound('role', id);
  return role;
}

/** That system roles refuse is documented, by which status is not. */
function changeable(call: ApiRequest): Role {
  const role = roleOf(call);
  if (role.system) throw new ApiFailure(403, `the system role ${role.name} cannot be changed`);
  return role;
}

const toRole = ({ id, name, system }: Role, organization: Organization): Fields => ({
  id,
  name,
  organization_id: organization.id,
  system,
});
