/** What an organization has besides its syncs and connections: people and their keys, permissions, settings. */
import { idFrom } from './ids';
import { actor, type Fields } from './fields';
import type { Webhook } from '../delivery/webhook';

/** A person in an organization. */
export interface User {
  readonly id: string;
  readonly email: string;
  roleIds: readonly string[];
  /** The one key that was made for this user through the API. */
  apiKey?: string;
}

/** A role. System roles are in every organization and cannot be changed. */
export interface Role {
  readonly id: string;
  name: string;
  readonly system: boolean;
}

/** A bearer secret that ends by itself. */
export interface TemporaryCredential {
  readonly id: string;
  readonly token: string;
  readonly userId: string;
  readonly mode: 'user' | 'read_only';
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The account side of an organization. */
export interface Account {
  /** Single sign-on as it was set: `issuer`, `sso_domain`, `sso_org_id`, and secrets that no answer shows. */
  sso: Fields;
  readonly users: Map<string, User>;
  readonly roles: Map<string, Role>;
  readonly policies: Map<string, Fields>;
  /** At most one. */
  readonly webhooks: Map<string, Webhook>;
  temporaryCredentials: readonly TemporaryCredential[];
  /** E-mail addresses that are told of every failing sync. */
  errorSubscribers: readonly string[];
  recordLogging: Fields;
}

/** The roles of every organization. */
export const systemRoles = ['Admin', 'Member'] as const;

/** Id of a system role in an organization. */
export const systemRoleId = (organizationId: string, name: (typeof systemRoles)[number]): string =>
  idFrom(`role ${name} of ${organizationId}`);

/** The account of a new organization. */
export function makeAccount(organizationId: string): Account {
  const roles = systemRoles.map((name) => ({ id: systemRoleId(organizationId, name), name, system: true }));
  return {
    sso: {},
    users: new Map(),
    roles: new Map(roles.map((role) => [role.id, role])),
    policies: new Map(),
    webhooks: new Map(),
    temporaryCredentials: [],
    errorSubscribers: [],
    recordLogging: { enabled: true },
  };
}

/** The administrator whom the keys of the emulator's options belong to, the same in each organization. */
export const makeOwner = (organizationId: string): User => ({
  id: actor.id,
  email: 'emulator@example.com',
  roleIds: [systemRoleId(organizationId, 'Admin')],
});
