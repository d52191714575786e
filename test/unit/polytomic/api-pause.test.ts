/** What a 429 of one request asks of all others in the process. */
import { describe, expect, it } from '@jest/globals';
import { ApiPause } from '../../../src/polytomic/api-pause';
import { SimulatedClock } from '../watcher/simulation/simulated-clock';

const read = 'bulkSync.executions.get';

function create() {
  const clock = new SimulatedClock({ random: () => 0 });
  return { clock, pause: new ApiPause(clock) };
}

describe('the pause after a 429', () => {
  it.each([
    'modelSync.start',
    'bulkSync.getStatus',
    'modelSync.list',
    'bulkSync.executions.listStatus',
    read,
    'events.list',
  ])('of %s holds for everybody as long as it says', async (operation) => {
    const { clock, pause } = create();
    pause.recordRateLimit(operation, 20_000);
    await clock.advance(15_000);
    expect(pause.pausedForMs()).toBe(5_000);
    await clock.advance(5_000);
    expect(pause.pausedForMs()).toBe(0);
  });

  it.each(['bulkSync.executions.cancel', 'modelSync.cancel', 'connections.list', 'queryRunner.runQuery'])(
    'of %s is its caller’s alone',
    (operation) => {
      const { pause } = create();
      pause.recordRateLimit(operation, 20_000);
      expect(pause.pausedForMs()).toBe(0);
    },
  );

  it('lasts a quarter of an hour at most', () => {
    const { pause } = create();
    pause.recordRateLimit(read, 3_600_000);
    expect(pause.pausedForMs()).toBe(900_000);
  });

  it('grows where a storm repeats a short Retry-After, and not by what was under way together', async () => {
    const { clock, pause } = create();
    for (let index = 0; index < 4; index++) pause.recordRateLimit(read, 1_000);
    expect(pause.pausedForMs()).toBe(1_000);
    await clock.advance(1_000);
    pause.recordRateLimit(read, 1_000);
    expect(pause.pausedForMs()).toBeGreaterThan(4_000);
  });

  it('leaves a doubt until a shared request is answered', async () => {
    const { clock, pause } = create();
    pause.recordRateLimit(read, 1_000);
    await clock.advance(1_000);
    pause.recordAnswer('connections.list');
    expect(pause.isDoubtful).toBe(true);
    pause.recordAnswer(read);
    expect(pause.isDoubtful).toBe(false);
  });
});
