import { describe, expect, it } from '@jest/globals';
import { createWatched, waitFor } from './simulation/watched';

describe('what a wait returns', () => {
  it('finds the end of a short run within seconds', async () => {
    const { clock, polytomic, watcher } = createWatched();
    const run = polytomic.add('one', 1_500);
    const outcome = await clock.run(watcher.watch(waitFor([run])));
    expect(outcome).toMatchObject({
      reason: 'settled',
      settled: [{ state: 'ended', execution: { executionId: 'one' } }],
    });
    expect(clock.now() - run.endsAt).toBeLessThan(3_000);
  });
});
