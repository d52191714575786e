/** Which kind of key may call what. Roles and policies are kept but decide nothing: what each role may do is not documented. */
import { ApiFailure } from './api-failure';
import type { Caller } from './auth';
import type { ApiVersion } from './versions';

/** Operations that ask for a partner's key. */
const partnerOperations: ReadonlySet<string> = new Set([
  'organization.list',
  'organization.create',
  'organization.get',
  'organization.update',
  'organization.delete',
  'connections.listSharedConnectionsForPartner',
  'connections.createSharedConnection',
  'entities.getForPartner',
]);

/** Within its own organization any key may do what a partner's may in each: the handlers refuse other organizations. */
const sharedWithPartners: ReadonlySet<string> = new Set([
  'users.list',
  'users.create',
  'users.get',
  'users.update',
  'users.delete',
  'users.createApiKey',
]);

/** What everybody with a credential may call; most of them declare none at all. */
const openOperations: ReadonlySet<string> = new Set([
  'identity.get',
  'temporaryCredentials.create',
  'connections.getTypes',
  'connections.testConnection',
]);

/** What is asked, by whom. */
export interface Attempt {
  readonly operation: { readonly id: string; readonly method: string };
  readonly version: ApiVersion;
}

/**
 * Throws a 403 where the caller's kind of key may not call the operation. A partner's key alone reaches the partner's
 * operations only, since the documentation lists no others for it. A read-only credential may read, which is taken to
 * mean GET.
 */
export function checkPermission({ kind, temporary }: Caller, { operation: { id, method }, version }: Attempt): void {
  if (temporary?.mode === 'read_only' && method !== 'GET') {
    throw new ApiFailure(403, `${id}: this credential may only read`);
  }
  if (openOperations.has(id) || sharedWithPartners.has(id)) return;
  // Up to 2024-02-08 everybody may list organizations, and gets what lies within the key's reach.
  if (id === 'organization.list' && version !== '2025-09-18') return;
  if (partnerOperations.has(id) === (kind === 'partner')) return;
  throw new ApiFailure(403, `${id}: ${kind === 'partner' ? 'not with a partner key' : 'needs a partner key'}`);
}
