/** The people of an organization, and the keys that a partner makes for them. */
import type { systemRoles } from '../state/account';
import { systemRoleId, type User } from '../state/account';
import { ApiFailure, notFound } from '../http/api-failure';
import { data, listOf, param, type ApiRequest, type Handlers } from '../http/api-request';
import { actor, type Fields } from '../state/fields';
import type { Organization } from '../state/emulator-state';
import { legacyRole } from './identity';
import { organizationOf } from './organizations';

/** Handlers of `users.*`: the caller's organization, and any one for a partner. */
export const userRoutes: Handlers = {
  'users.listCurrentOrgUsers': ({ organization }) => listOf(usersOf(organization).map(withHarbors(organization))),
  'users.createCurrentOrgUser': (call) => data(create(call, call.organization)),
  'users.getCurrentOrgUser': (call) => data(withHarbors(call.organization)(userOf(call, call.organization))),
  'users.updateCurrentOrgUser': (call) => data(update(call, call.organization)),
  'users.deleteCurrentOrgUser': (call) => {
    const user = userOf(call, call.organization);
    // Whether people can remove themselves is not documented: nobody should rely on it.
    if (user.id === call.caller.user?.id) throw new ApiFailure(403, 'users cannot delete themselves');
    return data(remove(call, call.organization));
  },
  'users.list': (call) => {
    const organization = ownerOf(call);
    return listOf(usersOf(organization).map((user) => toUser(user, organization)));
  },
  'users.create': (call) => data(create(call, ownerOf(call))),
  'users.get': (call) => data(toUser(userOf(call, ownerOf(call)), ownerOf(call))),
  'users.update': (call) => data(update(call, ownerOf(call))),
  'users.delete': (call) => data(remove(call, ownerOf(call))),
  'users.createApiKey': (call) => {
    const organization = ownerOf(call);
    const user = userOf(call, organization);
    if (call.query.force === true) revokeKeys(user, organization);
    // What happens to a second key without `force` is not documented; refusing is what no caller can mistake for success.
    if (hasKey(user, organization)) throw new ApiFailure(403, 'the user has a key already; force replaces it');
    user.apiKey = `emulator-key-${call.emulator.newId()}`;
    return data({ value: user.apiKey });
  },
};

function ownerOf(call: ApiRequest): Organization {
  const id = param(call, 'org_id');
  if (call.caller.kind !== 'partner' && id !== call.organization.id) {
    throw new ApiFailure(403, `organization ${id} is not the one of this key`);
  }
  return organizationOf(call, 'org_id');
}

const usersOf = ({ account }: Organization): User[] => [...account.users.values()];

function userOf(call: ApiRequest, { account }: Organization): User {
  const id = param(call, 'id');
  const user = account.users.get(id);
  if (user === undefined) throw notFound('user', id);
  return user;
}

function create({ body, emulator }: ApiRequest, organization: Organization): Fields {
  const email = String(body.email).toLowerCase();
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new ApiFailure(422, 'body.email: expected an e-mail address');
  const taken = usersOf(organization).some((other) => other.email === email);
  if (taken) throw new ApiFailure(422, `body.email: ${email} is a user already`);
  // The role of somebody for whom none is asked is not documented; the weaker one grants nothing by accident.
  const roleIds = rolesAsked(body, organization) ?? [systemRoleId(organization.id, 'Member')];
  const user: User = { id: emulator.newId(), email, roleIds };
  organization.account.users.set(user.id, user);
  return toUser(user, organization);
}

/** Only roles change; the address that a partner must send is not taken over. */
function update(call: ApiRequest, organization: Organization): Fields {
  const user = userOf(call, organization);
  user.roleIds = rolesAsked(call.body, organization) ?? user.roleIds;
  return toUser(user, organization);
}

/** Deleting a user ends the keys and the temporary credentials of that user at once. */
function remove(call: ApiRequest, organization: Organization): Fields {
  const user = userOf(call, organization);
  revokeKeys(user, organization);
  organization.account.users.delete(user.id);
  return toUser(user, organization);
}

function rolesAsked({ role, role_ids }: Fields, { id, account }: Organization): string[] | undefined {
  if (typeof role === 'string' && Array.isArray(role_ids)) {
    throw new ApiFailure(422, 'body.role: not together with role_ids');
  }
  if (typeof role === 'string') return [systemRoleId(id, systemRoleNamed(role))];
  if (!Array.isArray(role_ids)) return undefined;
  if (role_ids.length === 0) throw new ApiFailure(422, 'body.role_ids: expected at least one role');
  const unknown = role_ids.map(String).find((roleId) => !account.roles.has(roleId));
  if (unknown !== undefined) throw new ApiFailure(422, `body.role_ids: ${unknown} is no role of this organization`);
  return role_ids.map(String);
}

/** Names of the deprecated field as answers show them, and as people write them. */
function systemRoleNamed(role: string): (typeof systemRoles)[number] {
  const normalised = role.toLowerCase();
  if (normalised === 'admin') return 'Admin';
  if (normalised === 'user' || normalised === 'member') return 'Member';
  throw new ApiFailure(422, 'body.role: expected admin or user');
}

const hasKey = ({ id, apiKey }: User, { keys }: Organization): boolean =>
  apiKey !== undefined || (id === actor.id && keys.length > 0);

function revokeKeys(user: User, organization: Organization): void {
  delete user.apiKey;
  if (user.id === actor.id) organization.keys = [];
}

const toUser = (user: User, organization: Organization): Fields => ({
  id: user.id,
  email: user.email,
  organization_id: organization.id,
  role: legacyRole(user, organization),
  role_ids: user.roleIds,
});

const withHarbors =
  (organization: Organization) =>
  (user: User): Fields => ({ ...toUser(user, organization), harbor_ids: [], harbor_only: false });
