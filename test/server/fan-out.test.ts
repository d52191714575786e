/** Fan-outs on a real server: each sync runs once, within the limits, and the result counts all of them. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { startChildWorker } from './support/child-worker';
import {
  addSyncs,
  expectAllRan,
  failedResultOf,
  fanOutOf,
  limits,
  noSyncs,
  peakOf,
  pluginFor,
} from './support/fan-out';
import { activitiesOf } from './support/history';
import { sideBySide } from './support/side-by-side';
import type { Kind } from './support/syncs';
import { startWorld, type World } from './support/world';

const modes = { alone: {}, replayed: { maxCachedWorkflows: 0 }, shared: {}, models: {} } as const;
type Mode = keyof typeof modes;
let worlds: Record<Mode, World>;

beforeAll(async () => {
  const names = Object.keys(modes) as Mode[];
  const start = (mode: Mode): Promise<World> =>
    startWorld(`fan-out-${mode}`, { emulator: { durationMs: 1_200, seed: noSyncs }, worker: modes[mode] });
  const started = await Promise.all(names.map(start));
  worlds = Object.fromEntries(names.map((mode, at) => [mode, started[at]])) as Record<Mode, World>;
});
afterAll(() => Promise.all(Object.values(worlds).map((world) => world.close())));

/** A tenth or so of the syncs fail; nothing else keeps any from running once. */
async function runAll(world: World, kind: Kind, { count, failing }: { count: number; failing: number }) {
  const { emulator } = world;
  const syncs = addSyncs(emulator, { kind, count, failing });
  const handle = await world.start(fanOutOf[kind], limits);
  expectAllRan(emulator, await failedResultOf(handle), { syncs, failing });
  // Many at a time, on loaded machines too; that the limits are never passed was asked above.
  expect(peakOf(emulator.executions())).toBeGreaterThan(limits.maxConcurrentPerConnection);
  return handle;
}

const bulk = { count: 120, failing: 10 };

describe('a fan-out starts each sync once, in time, within its limits, and tells of each that failed,', () => {
  sideBySide({
    'of 120 bulk syncs in three pages': async () => {
      await runAll(worlds.alone, 'bulk', bulk);
      const pages = worlds.alone.emulator.requests().filter(({ operation }) => operation === 'bulkSync.list');
      expect(new Set(pages.map(({ query }) => query.page_token)).size).toBe(3);
    },
    'of 120 bulk syncs, replayed from its history at each step': async () => {
      await runAll(worlds.replayed, 'bulk', bulk);
    },
    'of 120 bulk syncs on two workers': async () => {
      const { taskQueue, emulator } = worlds.shared;
      const second = await startChildWorker({ taskQueue, plugin: pluginFor(emulator) });
      const activities = await activitiesOf(await runAll(worlds.shared, 'bulk', bulk));
      expect(new Set(activities.map(({ identity }) => identity)).size).toBe(2);
      await second.end('SIGTERM');
    },
    'of 60 model syncs': async () => {
      await runAll(worlds.models, 'model', { count: 60, failing: 5 });
    },
  });
});
