import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { waitUntil } from './support/harness';
import { eventsOf, textsIn, untilWaiting } from './support/history';
import { onChildWorkers } from './support/on-child-workers';
import { sideBySide } from './support/side-by-side';
import { endedByHand, endRunsOf } from './support/syncs';
import { userBundle } from './support/user-bundle';
import { sentPassphrases, failureOf, startWorld, type Handle, type World } from './support/world';

const key = 'sk-key-of-the-worker';
const passphrase = 'the passphrase of the worker';
/** In the answers of the emulator. */
const signature = 'emulator-signed-url';
const answeredPassphrase = 'emulator-passphrase';
const secrets = [key, passphrase, signature, answeredPassphrase];

let world: World;

beforeAll(async () => {
  process.env.TEST_PASSPHRASE = passphrase;
  world = await startWorld('histories', {
    emulator: { keys: [key] },
    plugin: { secretEnv: ['TEST_PASSPHRASE'], operations: 'all', heartbeatTimeout: '2 seconds' },
    worker: { workflowBundle: await userBundle() },
  });
});
afterAll(async () => {
  await world.close();
  delete process.env.TEST_PASSPHRASE;
});

/** Every payload of the history is readable here (the id of the sync proves it), and no secret is in any. */
async function expectNoSecret(handle: Handle, proof: string): Promise<void> {
  const text = textsIn(await eventsOf(handle));
  expect(text).toContain(proof);
  for (const secret of secrets) expect(text).not.toContain(secret);
}

describe('no secret is in the history of a run', () => {
  sideBySide({
    'that was made with a key': async () => {
      const sync = world.emulator.addModelSync();
      const handle = await world.start('runModelSync', { syncId: sync.id });
      await handle.result();
      expect(world.emulator.requests().find(({ path }) => path.includes(sync.id))?.status).toBe(200);
      await expectNoSecret(handle, sync.id);
    },

    'that created its sync with a passphrase given by reference': async () => {
      const target = { connection_id: world.emulator.addConnection().id };
      const sync = { name: 'Kept secret', mode: 'create', fields: [{ target: 'name' }], schedule: {}, target };
      const handle = await world.start('createAndRunModelSync', {
        sync: { ...sync, encryption_passphrase: { $env: 'TEST_PASSPHRASE' } },
      });
      const { syncId } = await handle.result();
      expect(sentPassphrases(world)).toContain(passphrase);
      await expectNoSecret(handle, syncId);
    },

    'that read signed addresses and a sync with its passphrase': async () => {
      const sync = world.emulator.addModelSync();
      const handle = await world.start('readSecrets', { syncId: sync.id });
      await handle.result();
      const read = world.emulator.requests().filter(({ path }) => path.includes(sync.id));
      expect(read.find(({ operation }) => operation === 'modelSync.executions.getLogUrls')?.status).toBe(200);
      await expectNoSecret(handle, sync.id);
    },

    'that failed with an answer which quotes all of them': async () => {
      const sync = world.emulator.addModelSync();
      const url = `https://logs.example.com/log.csv?signature=${signature}`;
      const body = { status: 422, message: `no: Bearer ${key}; see ${url}` };
      world.emulator.fault({
        operation: 'modelSync.start',
        path: `/api/syncs/${sync.id}/executions`,
        status: 422,
        body,
      });
      const handle = await world.start('runModelSync', { syncId: sync.id });
      expect(await failureOf(handle)).toMatchObject({
        type: 'polytomic.Rejected',
        message: expect.stringContaining('https://logs.example.com/log.csv'),
      });
      await expectNoSecret(handle, sync.id);
    },

    'or in what its wait tells by heartbeat': async () => {
      const sync = world.emulator.addBulkSync({ script: endedByHand });
      const handle = await world.start('runBulkSync', { syncId: sync.id });
      await untilWaiting(handle);
      const told = await waitUntil(
        async () => textsIn((await handle.describe()).raw.pendingActivities?.[0]?.heartbeatDetails ?? []),
        { everyMs: 200 },
      );
      expect(told).toContain('checkpoint');
      for (const secret of secrets) expect(told).not.toContain(secret);
      endRunsOf(world, sync);
      await handle.result();
      await expectNoSecret(handle, sync.id);
    },
  });
});

describe('a wait', () => {
  const syncLasting = (durationMs: number): string => world.emulator.addModelSync({ durationMs }).id;
  const eventsOfRun = async (syncId: string): Promise<number> => {
    const handle = await world.start('runModelSync', { syncId });
    await handle.result();
    return (await eventsOf(handle)).length;
  };

  sideBySide({
    'costs the same number of events whether it lasts a moment or 20 seconds': async () => {
      const [moment, long] = await Promise.all([300, 20_000].map((ms) => eventsOfRun(syncLasting(ms))));
      expect(long).toBe(moment);
    },

    'costs no more events when it is known how short the run usually is': async () => {
      const syncId = syncLasting(300);
      const first = await eventsOfRun(syncId);
      expect(await eventsOfRun(syncId)).toBe(first);
    },

    'costs no more events when one worker hands it over to another': async () => {
      const plain = eventsOfRun(syncLasting(300));
      await onChildWorkers('histories-handed-over', {}, async ({ handle, startWorker, worker }) => {
        await startWorker();
        await worker.end('SIGTERM');
        await handle.result();
        expect(await eventsOf(handle)).toHaveLength(await plain);
      });
    },
  });
});
