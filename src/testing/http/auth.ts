/** Who is calling: a user's key, a temporary credential, a partner's key, or a partner's key for one organization. */
import type { TemporaryCredential, User } from '../state/account';
import { ApiFailure } from './api-failure';
import { actor } from '../state/fields';
import type { Organization, EmulatorState } from '../state/emulator-state';

/** An authenticated caller. */
export interface Caller {
  /** `organization`: a partner's key that acts inside one organization. */
  readonly kind: 'user' | 'organization' | 'partner';
  /** Whom the call acts upon; a partner's own is the owner of the partner account. */
  readonly organization: Organization;
  /** Who a caller of the kind `user` is; absent when that user was deleted and the key was set from outside. */
  readonly user?: User;
  readonly temporary?: TemporaryCredential;
  /** For the request log: which key it was, without the key. */
  readonly label: string;
}

interface Credential {
  /** Only the basic form with an organization names one. */
  readonly organizationId?: string;
  readonly key: string;
}

/** The caller behind a credential; throws a 401. */
export function authenticate(emulator: EmulatorState, header: string | undefined): Caller {
  const caller = find(emulator, header);
  if (caller === undefined) throw new ApiFailure(401, 'the API key is missing or unknown');
  return caller;
}

/** What the log shows instead of a credential: which key of which organization it was. */
export function describeCredential(emulator: EmulatorState, header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  return find(emulator, header)?.label ?? 'unknown key';
}

function find(emulator: EmulatorState, header: string | undefined): Caller | undefined {
  const credential = parse(header);
  if (credential === undefined || credential.key === '') return undefined;
  const partner = asPartner(emulator, credential);
  if (partner !== undefined) return partner;
  for (const organization of emulator.organizations.values()) {
    const named = credential.organizationId === undefined || credential.organizationId === organization.id;
    const caller = named ? asUser(organization, { key: credential.key, now: emulator.clock.now() }) : undefined;
    if (caller !== undefined) return caller;
  }
  return undefined;
}

function asPartner(emulator: EmulatorState, { key, organizationId }: Credential): Caller | undefined {
  const index = emulator.options.partnerKeys.indexOf(key);
  if (index < 0) return undefined;
  const label = `partner key ${index}`;
  if (organizationId === undefined) return { kind: 'partner', organization: emulator.organization(), label };
  const organization = emulator.organizations.get(organizationId);
  return organization && { kind: 'organization', organization, label: `${label} for ${organization.name}` };
}

function asUser(organization: Organization, { key, now }: { key: string; now: number }): Caller | undefined {
  const { users, temporaryCredentials } = organization.account;
  const index = organization.keys.indexOf(key);
  const of = `of ${organization.name}`;
  if (index >= 0) return { kind: 'user', organization, user: users.get(actor.id), label: `key ${index} ${of}` };
  const user = [...users.values()].find(({ apiKey }) => apiKey === key);
  if (user !== undefined) return { kind: 'user', organization, user, label: `key of user ${user.id} ${of}` };
  const temporary = temporaryCredentials.find(({ token }) => token === key);
  const subject = temporary && users.get(temporary.userId);
  if (subject === undefined || temporary === undefined || temporary.expiresAt <= now) return undefined;
  return { kind: 'user', organization, user: subject, temporary, label: `temporary credential ${temporary.id} ${of}` };
}

function parse(header: string | undefined): Credential | undefined {
  const [scheme, value] = (header ?? '').split(' ', 2);
  if (value === undefined) return undefined;
  if (scheme?.toLowerCase() === 'bearer') return { key: value };
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const [user = '', password = ''] = Buffer.from(value, 'base64').toString().split(/:(.*)/s);
  return password === '' ? { key: user } : { organizationId: user, key: password };
}
