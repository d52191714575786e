/** Organizations of the partner account, and the caller's own. */
import { ApiFailure, notFound } from '../http/api-failure';
import { data, listOf, param, type ApiRequest, type Handlers } from '../http/api-request';
import type { Fields } from '../state/fields';
import { makeOrganization, type Organization } from '../state/emulator-state';

/** Handlers of `organization.*`, without record logging. */
export const organizationRoutes: Handlers = {
  'organization.getCurrent': ({ organization }) => data(toOrganization(organization)),
  'organization.list': ({ emulator, caller }) => {
    const within = caller.kind === 'partner' ? [...emulator.organizations.values()] : [caller.organization];
    return listOf(within.map(toOrganization));
  },
  'organization.create': (call) => {
    const organization = makeOrganization({ id: call.emulator.newId(), name: freeName(call), keys: [] });
    organization.account.sso = ssoOf(call.body);
    call.emulator.organizations.set(organization.id, organization);
    return data(toOrganization(organization));
  },
  'organization.get': (call) => data(toOrganization(organizationOf(call))),
  'organization.update': (call) => {
    const organization = organizationOf(call);
    organization.name = freeName(call, organization);
    organization.account.sso = ssoOf(call.body);
    return data(toOrganization(organization));
  },
  'organization.delete': (call) => {
    const { id } = organizationOf(call);
    if (id === call.organization.id) throw new ApiFailure(403, 'the owner of the partner account cannot be deleted');
    call.emulator.organizations.delete(id);
    return {};
  },
};

/** The organization that the path names. */
export function organizationOf(call: ApiRequest, name = 'id'): Organization {
  const id = param(call, name);
  const organization = call.emulator.organizations.get(id);
  if (organization === undefined) throw notFound('organization', id);
  return organization;
}

/** The name that is asked for; it must be no other organization's. */
function freeName({ emulator, body }: ApiRequest, present?: Organization): string {
  const name = String(body.name);
  if (name.trim() === '') throw new ApiFailure(422, 'body.name: expected some text');
  const taken = [...emulator.organizations.values()].some((other) => other !== present && other.name === name);
  if (taken) throw new ApiFailure(409, `body.name: ${name} is the name of another organization`);
  return name;
}

/** Replaced in full by each write. */
const ssoOf = ({ name: _name, ...sso }: Fields): Fields => sso;

/** Neither the client's id nor its secret is ever answered. */
const toOrganization = ({ id, name, account: { sso } }: Organization): Fields => {
  const { client_id: _id, client_secret: _secret, ...shown } = sso;
  return { id, name, ...shown };
};
