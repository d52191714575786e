/** A cancel counts its graces by a clock that nobody sets. */
import { expect, it } from '@jest/globals';
import type { CancelItem } from '../../../src/contracts/starts';
import { startOfTest } from './support/manual-clock';
import { startsOnScript, wireRun } from './support/starts-on-script';

it('is not confirmed by a wall clock that is set ahead while the run may still end', async () => {
  const world = startsOnScript({
    'POST /api/syncs/s1/executions/ours/cancel': { json: { data: {} } },
    'GET /api/syncs/s1/executions/ours': { json: { data: wireRun('ours', 0, { status: 'interrupted' }) } },
  });
  const { now } = world.clock;
  world.clock.now = () => now() + (now() - startOfTest > 3_000 ? 180_000 : 0);
  const known = { ids: [], listed: true };
  const ours = { kind: 'model', syncId: 's1', executionId: 'ours' } as const;
  const item: CancelItem = { ...ours, windows: [], known, options: {}, cancel: true };
  const request = { organization: 'default', items: [item], timeoutMs: 60_000 };
  const outcomes = (await world.clock.until(world.perform('cancelExecutions', request))) as { confirmed: boolean }[];
  expect(outcomes[0]?.confirmed).toBe(false);
});
