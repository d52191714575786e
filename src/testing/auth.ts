/** Who is calling: bearer key, organization id with key, or the legacy key alone as basic user name. */
import { ApiFailure } from './api-failure';
import type { Organization, World } from './world';

interface Credential {
  /** Only the basic form with an organization names one. */
  readonly organizationId?: string;
  readonly key: string;
}

/** The organization that a credential belongs to; throws a 401. */
export function authenticate(world: World, header: string | undefined): Organization {
  const organization = find(world, header)?.organization;
  if (organization === undefined) throw new ApiFailure(401, 'the API key is missing or unknown');
  return organization;
}

/** What the log shows instead of a credential: which key of which organization it was. */
export function describeCredential(world: World, header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const found = find(world, header);
  return found === undefined ? 'unknown key' : `key ${found.index} of ${found.organization.name}`;
}

function find(world: World, header: string | undefined): { organization: Organization; index: number } | undefined {
  const credential = parse(header);
  if (credential === undefined || credential.key === '') return undefined;
  for (const organization of world.organizations.values()) {
    const index = organization.keys.indexOf(credential.key);
    const named = credential.organizationId === undefined || credential.organizationId === organization.id;
    if (index >= 0 && named) return { organization, index };
  }
  return undefined;
}

function parse(header: string | undefined): Credential | undefined {
  const [scheme, value] = (header ?? '').split(' ', 2);
  if (value === undefined) return undefined;
  if (scheme?.toLowerCase() === 'bearer') return { key: value };
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const [user = '', password = ''] = Buffer.from(value, 'base64').toString().split(/:(.*)/s);
  return password === '' ? { key: user } : { organizationId: user, key: password };
}
