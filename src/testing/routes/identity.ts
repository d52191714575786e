/** Who the caller is. */
import { systemRoleId, type User } from '../state/account';
import { data, type ApiRequest, type Handlers } from '../http/api-request';
import type { Fields } from '../state/fields';
import type { Organization } from '../state/emulator-state';

/** Handlers of `identity.*`. */
export const identityRoutes: Handlers = {
  'identity.get': (call) => {
    const { kind, organization, user } = call.caller;
    return data({
      ...(user === undefined ? {} : { id: user.id, email: user.email, role: legacyRole(user, organization) }),
      is_user: kind === 'user',
      is_organization: kind === 'organization',
      is_partner: kind === 'partner',
      is_system: false,
      organization_id: organization.id,
      organization_name: organization.name,
      ...credentialOf(call),
    });
  },
};

/** The deprecated name of a user's role; which names there are is not documented. */
export const legacyRole = ({ roleIds }: User, { id }: Organization): string =>
  roleIds.includes(systemRoleId(id, 'Admin')) ? 'admin' : 'user';

/** Its values are not documented. */
function credentialOf({ caller: { kind, temporary } }: ApiRequest): Fields {
  const method = temporary === undefined ? 'api_key' : 'temporary_credential';
  return { credential: kind === 'user' ? { method, mode: temporary?.mode ?? 'user' } : { method } };
}
