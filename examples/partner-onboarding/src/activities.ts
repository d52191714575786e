/** What only the partner's own key may do. Each activity may be tried again: it looks before it creates. */
import { Context } from '@temporalio/activity';
import { createClient, type PolytomicClient } from 'temporal-polytomic';

/** Where a partner's key goes: a secret manager, a file, an API of yours. Storing it again replaces it. */
export interface KeySink {
  store(partner: string, key: string): Promise<void>;
}

/** As whom these activities call, and where the keys go. */
export interface OnboardingOptions {
  /** Key of the partner account, which owns all organizations. */
  partnerKey: string;
  url?: string;
  sink: KeySink;
}

/** What onboarding needs besides `provision`. */
export interface OnboardingActivities {
  /** Id of the organization of this name; made where there is none. */
  createOrganization(input: { name: string }): Promise<string>;
  /** Id of the user with this address; made, and invited, where there is none. */
  createUser(input: { organizationId: string; email: string }): Promise<string>;
  /** Gives the user's key to the sink. Answers nothing, as what an activity answers stays in a history. */
  deliverKey(input: { organizationId: string; userId: string; partner: string }): Promise<void>;
  /** Id of the copy of one of our connections in that organization. */
  shareConnection(input: { organizationId: string; connectionId: string; name: string }): Promise<string>;
}

/** Makes the activities. */
export function createOnboardingActivities({ partnerKey, url, sink }: OnboardingOptions): OnboardingActivities {
  const client = createClient({ apiKey: partnerKey, ...(url !== undefined && { url }) });
  return {
    async createOrganization({ name }) {
      const { items } = await client.organization.list({});
      const found = items.find((organization) => organization.name === name);
      return idOf(found ?? (await client.organization.create({ name }, once('organization'))));
    },
    async createUser({ organizationId, email }) {
      const { items } = await client.users.list({ org_id: organizationId });
      const found = items.find((user) => user.email === email.toLowerCase());
      return idOf(found ?? (await client.users.create({ org_id: organizationId, email, role: 'admin' }, once('user'))));
    },
    async deliverKey({ organizationId, userId, partner }) {
      // A key is shown once. Where an earlier try lost it, `force` revokes that one, so that the one delivered is the one there is.
      const key = { org_id: organizationId, id: userId, force: true };
      const { value } = await client.users.createApiKey(key, once(`key-${Context.current().info.attempt}`));
      if (!value) throw new Error('Polytomic answered no key');
      await sink.store(partner, value);
    },
    async shareConnection({ organizationId, connectionId, name }) {
      const owner = await ownOrganization(client);
      const at = { org_id: owner, connection_id: connectionId };
      const { items } = await client.connections.listSharedConnectionsForPartner(at);
      const found = items.find((copy) => copy.organization_id === organizationId);
      const copy = { ...at, child_organization_id: organizationId, name };
      return idOf(found ?? (await client.connections.createSharedConnection(copy, once('share'))));
    },
  };
}

/** The partner's own organization comes first. */
async function ownOrganization(client: PolytomicClient): Promise<string> {
  const { items } = await client.organization.list({});
  return idOf(items[0]);
}

function idOf(object: { id?: string | null } | undefined): string {
  if (!object?.id) throw new Error('Polytomic answered no id');
  return object.id;
}

/** The same key in every attempt of one workflow run: Polytomic answers what it made the first time. */
function once(what: string): { idempotencyKey: string } {
  const { workflowExecution } = Context.current().info;
  return { idempotencyKey: `${workflowExecution?.runId}-${what}` };
}
