/** What is remembered of ends that were told, and what silence is worth once it no longer is. */
import { expect, it } from '@jest/globals';
import { ReportedEnds } from '../../../src/executions/reads/reported-ends';
import type { Monitored, StatusSource } from '../../../src/executions/reads/status-source';
import { StatusSources } from '../../../src/executions/reads/status-sources';
import { SimulatedClock } from '../watcher/simulation/simulated-clock';

const now = 1_000;

/** A source that covers whatever is asked. */
const source: StatusSource = {
  name: 'one that knows all',
  hasTold: true,
  askAt: Infinity,
  perMinute: 0,
  plan: () => undefined,
  coversUntil: () => Infinity,
  quietUpTo: () => now,
  ask: async () => undefined,
};

const aliveAt = (time: number): Monitored => {
  return { kind: 'model', syncId: 'sync', executionId: 'run', aliveAt: time, hazard: () => 0, isFailing: false };
};

it('forgets the oldest of more than 5,000, and then trusts no silence about what was alive before it', () => {
  const ends = new ReportedEnds();
  const options = { clock: new SimulatedClock(), requestsPerMinute: 30, warn: () => undefined, ends };
  const sources = new StatusSources([source], options);
  for (let number = 1; number <= 5_000; number++) ends.record(`run-${number}`, number, false);
  expect(ends.has('run-1')).toBe(true);
  expect([sources.covers(aliveAt(0), now), sources.quietUpTo(aliveAt(0))]).toEqual([true, now]);

  ends.record('run-2', 9_000, false);
  ends.record('run-5001', 9_000, false);
  ends.record('run-5002', 9_000, false);
  expect(['run-1', 'run-2', 'run-3', 'run-5002'].map((id) => ends.has(id))).toEqual([false, false, true, true]);
  expect([sources.covers(aliveAt(1), now), sources.quietUpTo(aliveAt(1))]).toEqual([false, -Infinity]);
  expect([sources.covers(aliveAt(2), now), sources.quietUpTo(aliveAt(2))]).toEqual([true, now]);
});
