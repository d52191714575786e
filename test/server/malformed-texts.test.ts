/** Half of a surrogate pair, which JSON can write: it is refused or replaced, and the worker goes on. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { sideBySide } from './support/side-by-side';
import { failureOf, startWorld, type World } from './support/world';

const half = '\ud83d';
let world: World;

beforeAll(async () => {
  world = await startWorld('malformed-texts');
});
afterAll(async () => world.close());

const refused =
  (workflow: string, input: unknown, field: string): (() => Promise<void>) =>
  async () => {
    const handle = await world.start(workflow, input);
    const failure = await failureOf(handle);
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput' });
    expect(failure.details?.[0]).toMatchObject([{ field }]);
    if (workflow.startsWith('run')) expect(await handle.query('progress')).toMatchObject({ phase: 'ended' });
  };

describe('half of a surrogate pair', () => {
  sideBySide({
    'is refused as the id of a step': refused(
      'runSyncPipeline',
      { steps: [{ id: half, kind: 'bulk', syncId: 'x' }] },
      'steps[0].id',
    ),
    'is refused as the id of a sync': refused('runBulkSync', { syncId: half }, 'syncId'),
    'is refused as an id of a filter': refused('runAllBulkSyncs', { filter: { ids: [half] } }, 'filter.ids[0]'),
    'is refused in a spec': refused(
      'planPolytomic',
      { spec: { name: 'set', connections: { a: { name: half, type: 'postgresql' } } } },
      'spec.connections.a.name',
    ),
    'is replaced in the message about a sync whose name Polytomic answered so': async () => {
      const { id } = world.emulator.addBulkSync({ id: randomUUID(), name: `Lake ${half}`, script: 'failed' });
      const failure = await failureOf(await world.start('runBulkSync', { syncId: id }));
      expect(failure).toMatchObject({ type: 'polytomic.SyncFailed', message: expect.stringContaining('Lake \ufffd') });
    },
  });
});
