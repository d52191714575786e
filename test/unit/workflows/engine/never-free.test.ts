/** A sync that others run without a gap is waited for, and costs few events an hour, however long their runs take. */
import { describe, expect, it } from '@jest/globals';
import { single, type Engine } from './engine-by-hand';
import { began, endOf, snapshotOf } from './support';

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
/** Of an activity, and of a timer, with the workflow task that each ends in. */
const events = { activity: 6, timer: 5 };

/** Others run the sync again and again: the run that is in progress, and when it ends. */
function othersRun(now: number, everyMs: number) {
  const number = Math.floor(now / everyMs);
  const createdAt = new Date(number * everyMs).toISOString();
  const running = { executionId: `others-${number}`, status: 'running', createdAt, startedAt: createdAt };
  return { endsAt: (number + 1) * everyMs - second, running };
}

/** What so many hours cost. */
function eventsOf(engine: Engine, { everyMs, forMs }: { everyMs: number; forMs: number }): number {
  let [spent, armedFor] = [0, NaN];
  for (const until = engine.now + forMs; engine.now < until;) {
    if (engine.wakeAt !== null && engine.wakeAt !== armedFor) spent += events.timer;
    armedFor = engine.wakeAt ?? NaN;
    const { endsAt, running } = othersRun(engine.now, everyMs);
    if (engine.count('read') > 0) {
      engine.answer('read', () => ({ settled: [], upNext: [snapshotOf('lake', { running })] }));
      spent += events.activity;
    } else if (engine.count('wait') > 0) {
      engine.now = endsAt;
      engine.answer('wait', () => ({
        settled: [{ state: 'ended', execution: endOf('lake', running.executionId) }],
        upNext: [],
      }));
      spent += events.activity;
    } else engine.passTo(engine.wakeAt ?? Infinity);
  }
  return spent;
}

describe('a sync that others run without a gap', () => {
  it.each([10 * second, 206 * second, 5 * minute, 301 * second, 11 * minute, hour])(
    'costs at most 150 events an hour where each of their runs takes %p ms',
    (everyMs) => {
      const { running } = othersRun(began, everyMs);
      const engine = single({ ifRunning: 'waitThenStart', timeoutMs: 30 * 24 * hour }, { running });
      // They are met more often at first.
      eventsOf(engine, { everyMs, forMs: 10 * hour });
      const spent = eventsOf(engine, { everyMs, forMs: 24 * hour });
      expect(spent).toBeGreaterThan(0);
      expect(spent / 24).toBeLessThanOrEqual(150);
    },
  );
});
