/** Two documented pages through workflows, from the pages' own examples, on their own version and the newest. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { startEmulator, type Emulator } from '../../src/testing';
import createPage from '../fixtures/pages/create-sync.json';
import statusPage from '../fixtures/pages/get-sync-status.json';
import { sideBySide } from './support/side-by-side';
import { runsOf } from './support/syncs';
import { untilPhase } from './support/until-phase';
import { failureOf, startWorld, type World } from './support/world';

const versions = ['2022-12-12', '2025-09-18'] as const;
type Version = (typeof versions)[number];

/** An organization for each version, so that one worker serves both. */
let world: World;
let emulators: Record<Version, Emulator>;

beforeAll(async () => {
  const connections = [{ id: createPage.request.body.target.connection_id }];
  const options = { durationMs: 300, seed: { connections } };
  const [old, newest] = await Promise.all([startEmulator(options), startEmulator(options)]);
  emulators = { '2022-12-12': old, '2025-09-18': newest };
  const organizations = Object.fromEntries(
    versions.map((apiVersion) => {
      const { url, apiKey } = emulators[apiVersion];
      return [apiVersion, { url, apiKey, apiVersion }];
    }),
  );
  world = await startWorld('pages', { plugin: { organizations } });
});
afterAll(async () => {
  await world.close();
  await Promise.all(Object.values(emulators).map((emulator) => emulator.close()));
});

/** The page's request, which is sent as active, becomes one sync with one run. */
async function createsAndRuns(organization: Version): Promise<void> {
  const emulator = emulators[organization];
  const { body } = createPage.request;
  const result = await world.run('createAndRunModelSync', { sync: body, organization });
  const creates = emulator.requests().filter(({ operation }) => operation === 'modelSync.create');
  expect(creates.map((request) => request.body)).toEqual([{ ...body, active: true }]);
  expect(creates[0]?.headers['x-polytomic-version']).toBe(organization);
  expect(result).toMatchObject({ name: 'Users Sync', organization, outcome: 'completed' });
  const runs = runsOf({ emulator }, emulator.sync(result.syncId));
  expect(runs).toMatchObject([{ id: result.executionId, status: 'completed' }]);
}

/** The page's run is `created` and yet has `completed_at`: in progress by its status, so that its end is waited for. */
async function waitsOnCreated(organization: Version): Promise<void> {
  const emulator = emulators[organization];
  const { current_execution: run } = statusPage.response.data;
  const sync = emulator.addModelSync({ executions: [run] });
  const input = { syncId: sync.id, organization, ifRunning: 'attach' };
  const handle = await world.start('runModelSync', input);
  await untilPhase(handle, 'running');
  await handle.executeUpdate('changeTimeout', { args: ['3 seconds'] });
  expect(await failureOf(handle)).toMatchObject({
    type: 'polytomic.SyncTimedOut',
    details: [{ executionId: run.id, attached: true, status: 'created', outcome: 'timedOut', records: { total: 100 } }],
  });
  expect(runsOf({ emulator }, sync)).toHaveLength(1);
}

describe.each(versions)('in %s', (version) => {
  sideBySide({
    'the documented create request becomes one sync that runs once': () => createsAndRuns(version),
    'the documented run, created with an end told, is waited on and taken for no end': () => waitsOnCreated(version),
  });
});
