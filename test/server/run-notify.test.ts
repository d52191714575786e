/** Runs that tell people: of a failure, of lateness, of a recovery, and of nothing else. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Notification } from '../../src/contracts/notification';
import { startServer, type TestServer } from '../unit/polytomic/support/http-server';
import { waitUntil } from './support/wait-until';
import { failureOf, startWorld, type World } from './support/world';

let receiver: TestServer;
let world: World;
const told: Notification[] = [];
const toldOf = (syncId: string) =>
  told.flatMap(({ failed, late, recovered }) =>
    Object.entries({ failed, late, recovered }).flatMap(([event, syncs]) =>
      syncs.flatMap((sync) => (sync.syncId === syncId ? [{ event, outcome: sync.outcome, name: sync.name }] : [])),
    ),
  );

beforeAll(async () => {
  receiver = await startServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      told.push(JSON.parse(body) as Notification);
      response.writeHead(204).end();
    });
  });
  world = await startWorld('run-notify', { plugin: { notify: { team: { url: receiver.url } } } });
});
afterAll(async () => {
  await world.close();
  await receiver.close();
});

describe('a run that has people told', () => {
  it('tells of a failure before the workflow ends', async () => {
    const { id, name } = world.emulator.addBulkSync({ name: 'broken', script: 'failed' });
    await failureOf(await world.start('runBulkSync', { syncId: id, notify: ['team'] }));
    expect(toldOf(id)).toEqual([{ event: 'failed', outcome: 'failed', name }]);
  });

  it('tells that it is late, and that it completed after all', async () => {
    const { id, name } = world.emulator.addModelSync({ name: 'slow', durationMs: 3_000 });
    await world.run('runModelSync', { syncId: id, warnAfter: '500ms', notify: ['team'] });
    expect(toldOf(id)).toEqual([
      { event: 'late', outcome: undefined, name },
      { event: 'recovered', outcome: 'completed', name },
    ]);
  });

  it('tells of a sync that could not even be started', async () => {
    const { id, name } = world.emulator.addModelSync({ name: 'asleep', active: false });
    await failureOf(await world.start('runModelSync', { syncId: id, notify: ['team'] }));
    expect(toldOf(id)).toEqual([{ event: 'failed', outcome: undefined, name }]);
  });

  it.each(['runBulkSync', 'awaitSync'])(
    'tells of a sync that is gone, which %s names in its failure',
    async (workflow) => {
      const syncId = randomUUID();
      const kind = workflow === 'awaitSync' ? { kind: 'bulk' } : {};
      const failure = await failureOf(await world.start(workflow, { ...kind, syncId, notify: ['team'] }));
      expect(failure).toMatchObject({ type: 'polytomic.NotFound', message: expect.stringContaining(syncId) });
      expect(toldOf(syncId)).toEqual([{ event: 'failed', outcome: undefined, name: null }]);
    },
  );

  it('tells that a run which is waited for does not come, and that it came after all', async () => {
    const { id, name } = world.emulator.addBulkSync({ name: 'overdue' });
    const input = { kind: 'bulk', syncId: id, warnAfter: '500ms', notify: ['team'] };
    const handle = await world.start('awaitSync', input);
    await waitUntil(() => toldOf(id).length > 0);
    world.emulator.startRun(id);
    await handle.result();
    expect(toldOf(id)).toEqual([
      { event: 'late', outcome: undefined, name },
      { event: 'recovered', outcome: 'completed', name },
    ]);
  });

  it('tells nobody of a run that went well', async () => {
    const { id } = world.emulator.addBulkSync();
    await world.run('runBulkSync', { syncId: id, notify: ['team'] });
    expect(toldOf(id)).toEqual([]);
  });

  it('names a target that the owner of the worker did not configure', async () => {
    const { id } = world.emulator.addBulkSync();
    const failure = await failureOf(await world.start('runBulkSync', { syncId: id, notify: ['team', 'ghost'] }));
    const [issues] = failure.details ?? [];
    expect(failure.type).toBe('polytomic.InvalidInput');
    expect(issues).toEqual([
      { field: 'notify[1]', message: 'no target "ghost" is configured on this worker; there are team' },
    ]);
  });

  it('tells of the failures of a fan-out', async () => {
    const bad = world.emulator.addBulkSync({ name: 'bad of all', script: 'failed' });
    const good = world.emulator.addBulkSync({ name: 'good of all' });
    const failure = await failureOf(
      await world.start('runAllBulkSyncs', { filter: { name: '*of all' }, notify: ['team'] }),
    );
    expect(failure.type).toBe('polytomic.SyncsFailed');
    expect(toldOf(bad.id)).toEqual([{ event: 'failed', outcome: 'failed', name: 'bad of all' }]);
    expect(toldOf(good.id)).toEqual([]);
  });
});
