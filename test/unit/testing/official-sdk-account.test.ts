import { describe, expect, it } from '@jest/globals';
import { PolytomicClient } from 'polytomic';
import type { Emulator } from '../../../src/testing';
import { emulate } from './support/emulator-client';
import { startReceiver } from './support/receiver';

const clientOf = ({ url, apiKey }: Emulator, token = apiKey): PolytomicClient =>
  new PolytomicClient({ environment: url, token, version: '2024-02-08' });

describe('the official SDK against the account side of the emulator', () => {
  it('makes, reads, lists, changes and deletes organizations, their users and keys with a partner key', async () => {
    const emulator = await emulate();
    const { organization, users } = clientOf(emulator, emulator.partnerKey);
    const id = (await organization.create({ name: 'Acme', issuer: 'https://login.example.com' })).data?.id ?? '';
    expect((await organization.get(id)).data).toEqual({ id, name: 'Acme', issuer: 'https://login.example.com' });
    expect((await organization.update(id, { name: 'Acme Ltd' })).data).toEqual({ id, name: 'Acme Ltd' });
    expect((await organization.list()).data?.map(({ name }) => name)).toEqual(['default', 'Acme Ltd']);
    const ann = (await users.create(id, { email: 'ann@acme.com', role: 'admin' })).data?.id ?? '';
    expect((await users.list(id)).data).toHaveLength(1);
    expect((await users.update(ann, id, { email: 'ann@acme.com', role: 'user' })).data?.role).toBe('user');
    expect((await users.get(ann, id)).data?.email).toBe('ann@acme.com');
    const key = (await users.createApiKey(id, ann, { force: true })).data?.value;
    expect((await clientOf(emulator, key).identity.get()).data).toMatchObject({
      id: ann,
      organization_name: 'Acme Ltd',
    });
    expect((await users.remove(ann, id)).data?.id).toBe(ann);
    await expect(clientOf(emulator, key).identity.get()).rejects.toMatchObject({ statusCode: 401 });
    await organization.remove(id);
    await expect(organization.get(id)).rejects.toMatchObject({ statusCode: 404 });
    await expect(clientOf(emulator).organization.create({ name: 'Mine' })).rejects.toMatchObject({ statusCode: 403 });
  });

  it('makes, reads, lists, changes and deletes roles and policies', async () => {
    const { roles, policies } = clientOf(await emulate()).permissions;
    const role = (await roles.create({ name: 'Analyst' })).data?.id ?? '';
    expect((await roles.update(role, { name: 'Reader' })).data).toMatchObject({ name: 'Reader', system: false });
    expect((await roles.get(role)).data?.name).toBe('Reader');
    expect((await roles.list()).data?.map(({ name }) => name)).toEqual(['Admin', 'Member', 'Reader']);
    const policy_actions = [{ action: 'read', role_ids: [role] }];
    const policy = (await policies.create({ name: 'Readers', policy_actions })).data?.id ?? '';
    expect((await policies.get(policy)).data?.policy_actions).toEqual(policy_actions);
    expect((await policies.update(policy, { name: 'None', policy_actions: [] })).data?.name).toBe('None');
    expect((await policies.list()).data).toHaveLength(1);
    await policies.remove(policy);
    await roles.remove(role);
    await expect(policies.get(policy)).rejects.toMatchObject({ statusCode: 404 });
    await expect(roles.get(role)).rejects.toMatchObject({ statusCode: 404 });
  });

  it('makes, reads, lists, changes, disables and deletes the webhook, which is told of a run', async () => {
    const emulator = await emulate();
    const { webhooks, events } = clientOf(emulator);
    const receiver = await startReceiver();
    const id = (await webhooks.create({ endpoint: receiver.url, secret: 'a-shared-secret' })).data?.id ?? '';
    const run = emulator.startRun(emulator.addModelSync().id);
    emulator.clock.advance(1_000);
    while (receiver.received.length < 2) await new Promise(setImmediate);
    expect(receiver.received.map(({ body }) => body.event.execution_id)).toEqual([run, run]);
    expect((await events.list({ type: 'sync.completed' })).data?.[0]?.event).toMatchObject({ execution_id: run });
    expect((await events.getTypes()).data).toHaveLength(10);
    expect((await webhooks.disable(id)).data?.disabled).toBe(true);
    expect((await webhooks.enable(id)).data?.disabled).toBe(false);
    const changed = { endpoint: 'https://example.com/hook', secret: 'another-secret' };
    expect((await webhooks.update(id, changed)).data).toMatchObject(changed);
    expect((await webhooks.list()).data).toHaveLength(1);
    expect((await webhooks.get(id)).data?.endpoint).toBe(changed.endpoint);
    await webhooks.remove(id);
    await expect(webhooks.get(id)).rejects.toMatchObject({ statusCode: 404 });
  });

  it('sets who is told of failures, and lists the copies of a connection', async () => {
    const emulator = await emulate();
    const { notifications, connections } = clientOf(emulator);
    const emails = ['ann@example.com'];
    expect(await notifications.setGlobalErrorSubscribers({ emails })).toEqual({ emails });
    expect(await notifications.getGlobalErrorSubscribers()).toEqual({ emails });
    const { id } = emulator.addConnection();
    expect((await connections.listSharedConnections(String(id))).data).toBeNull();
  });
});
