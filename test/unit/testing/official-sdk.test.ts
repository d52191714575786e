import { describe, expect, it } from '@jest/globals';
import { PolytomicClient } from 'polytomic';
import type { Emulator } from '../../../src/testing';
import { emulate } from './support/emulator-client';

const clientOf = ({ url, apiKey }: Emulator): PolytomicClient =>
  new PolytomicClient({ environment: url, token: apiKey, version: '2024-02-08' });

describe('the official SDK against the emulator', () => {
  it('creates, lists, starts, follows and cancels a model sync', async () => {
    const emulator = await emulate({ seed: {} });
    const { modelSync } = clientOf(emulator);
    const target = { connection_id: '00000000-0000-4000-8000-000000000012', object: 'contacts' };
    const created = await modelSync.create({
      name: 'Users',
      mode: 'create',
      fields: [],
      schedule: { frequency: 'manual' },
      target,
    });
    const id = created.data?.id ?? '';
    expect((await modelSync.list()).data?.map(({ name }) => name)).toContain('Users');
    expect((await modelSync.get(id)).data).toMatchObject({ name: 'Users', active: true });
    const started = (await modelSync.start(id, {})).data;
    emulator.clock.advance(500);
    expect((await modelSync.getStatus(id)).data?.current_execution).toMatchObject({
      id: started?.id,
      status: 'running',
    });
    expect((await modelSync.cancel(id)).data).toEqual({ message: 'cancellation requested' });
    emulator.clock.advance(50);
    const run = await modelSync.executions.get(id, started?.id ?? '');
    expect(run.data?.status).toBe('canceled');
    expect((await modelSync.executions.list(id)).data).toHaveLength(1);
    await modelSync.activate(id, { active: false });
    await modelSync.remove(id);
    await expect(modelSync.get(id)).rejects.toThrow('not found');
  });

  it('creates, lists, starts, follows and cancels a bulk sync', async () => {
    const emulator = await emulate({ seed: {} });
    const { bulkSync } = clientOf(emulator);
    const created = await bulkSync.create({
      name: 'Lake',
      mode: 'replicate',
      source_connection_id: 'warehouse',
      destination_connection_id: 'lake',
      destination_configuration: {},
      schedule: { frequency: 'manual' },
    });
    const id = created.data?.id ?? '';
    expect((await bulkSync.list({ active: true })).data?.map(({ name }) => name)).toContain('Lake');
    const started = (await bulkSync.start(id, { schemas: ['public.users'] })).data;
    expect(started).toMatchObject({ is_partial: true, status: 'created' });
    await bulkSync.executions.cancel(id, started?.id ?? '');
    emulator.clock.advance(50);
    expect((await bulkSync.executions.get(id, started?.id ?? '')).data?.status).toBe('canceled');
    expect((await bulkSync.executions.list(id, { limit: 5 })).data).toHaveLength(1);
    expect((await bulkSync.executions.listStatus({ sync_id: id })).data).toHaveLength(1);
    expect((await bulkSync.schemas.list(id)).data).toHaveLength(3);
    expect((await bulkSync.getStatus(id)).data?.last_execution?.id).toBe(started?.id);
  });

  it('reads connections, events, jobs and the caller, and is told of a wrong key', async () => {
    const emulator = await emulate();
    const client = clientOf(emulator);
    expect((await client.connections.list()).data).toHaveLength(2);
    expect((await client.events.list({ limit: 1 })).data).toBeNull();
    expect((await client.identity.get()).data).toMatchObject({ organization_id: emulator.organizationId });
    const stranger = new PolytomicClient({ environment: emulator.url, token: 'nobody' });
    await expect(stranger.identity.get()).rejects.toMatchObject({ statusCode: 401 });
  });
});
