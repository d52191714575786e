/** `changeTimeout` while Polytomic cannot be read yet, so that nothing but the input is known. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { waitUntil } from './support/harness';
import { addSync } from './support/syncs';
import { startWorld, type Handle, type World } from './support/world';

let world: World;

beforeAll(async () => {
  world = await startWorld('preparing');
});
afterAll(() => world.close());

/** A run of a sync that cannot be read, which has been tried, and how to end that. */
async function unreadable(timeout: string): Promise<{ handle: Handle; recover: () => void }> {
  const { emulator } = world;
  const sync = addSync(world, 'bulk');
  const isOf = ({ path }: { path: string }): boolean => path.includes(sync.id);
  const fault = emulator.fault({ operation: 'bulkSync.get', when: isOf, status: 503, times: 1_000 });
  const handle = await world.start('runBulkSync', { syncId: sync.id, timeout, onFailure: 'return' });
  await waitUntil(() => emulator.requests().some(isOf));
  return { handle, recover: () => fault.remove() };
}

const changeTimeout = (handle: Handle, timeout: string): Promise<string> =>
  handle.executeUpdate<string, [string]>('changeTimeout', { args: [timeout] });

it('a shorter timeout ends the run', async () => {
  const { handle } = await unreadable('1 hour');
  await changeTimeout(handle, '1 second');
  expect(await handle.result()).toMatchObject({ outcome: 'timedOut', executionId: null });
});

it('a longer timeout lets the run outlive the first one', async () => {
  const { handle, recover } = await unreadable('10 seconds');
  await changeTimeout(handle, '1 hour');
  const { startTime } = await handle.describe();
  await waitUntil(() => Date.now() > startTime.getTime() + 12_000);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  recover();
  expect(await handle.result()).toMatchObject({ outcome: 'completed' });
});
