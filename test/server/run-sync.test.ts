import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failureOf, startWorld, type World } from './support/world';

describe.each([
  ['cached workflows', {}],
  ['every workflow task replayed from the beginning', { maxCachedWorkflows: 0 }],
])('running one sync, %s', (_name, worker) => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld('run-sync', { worker });
  });
  afterAll(async () => world.close());

  it('starts a model sync once and answers with the id and counts of that very run', async () => {
    const sync = world.emulator.addModelSync({ name: 'CRM' });
    const result = await world.run('runModelSync', { syncId: sync.id });
    const runs = world.emulator.executions().filter(({ syncId }) => syncId === sync.id);
    expect(runs).toHaveLength(1);
    expect(result).toMatchObject({
      kind: 'model',
      organization: 'default',
      syncId: sync.id,
      name: 'CRM',
      executionId: runs[0]?.id,
      outcome: 'completed',
      status: 'completed',
      attached: false,
      records: { total: 10, errors: 0 },
      errors: [],
    });
  });

  it('starts a bulk sync once and answers per schema', async () => {
    const sync = world.emulator.addBulkSync({ schemas: ['public.users', 'public.orders'] });
    const result = await world.run('runBulkSync', { syncId: sync.id });
    expect(world.emulator.executions().filter(({ syncId }) => syncId === sync.id)).toHaveLength(1);
    expect(result.schemas?.map(({ schema, status }) => [schema, status])).toEqual([
      ['public.users', 'completed'],
      ['public.orders', 'completed'],
    ]);
  });

  it('creates a model sync once, active, and runs it', async () => {
    const result = await world.run('createAndRunModelSync', {
      sync: {
        name: 'New',
        mode: 'create',
        fields: [{ target: 'name' }],
        schedule: {},
        target: { connection_id: world.emulator.addConnection().id },
      },
    });
    expect(result).toMatchObject({ name: 'New', outcome: 'completed' });
  });

  it('fails with polytomic.SyncFailed and the whole result as detail when the run fails', async () => {
    const sync = world.emulator.addModelSync({ script: 'failed' });
    const failure = await failureOf(await world.start('runModelSync', { syncId: sync.id }));
    expect(failure).toMatchObject({ type: 'polytomic.SyncFailed', details: [{ outcome: 'failed', syncId: sync.id }] });
  });
});
