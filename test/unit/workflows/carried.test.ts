/** What a fan-out carries along when it continues as new. */
import { describe, expect, it } from '@jest/globals';
import { Pace } from '../../../src/rules/pace';
import { fromArguments, toArguments, type Carried } from '../../../src/workflows/library/many/carried';
import { newJob, type ActiveJob } from '../../../src/workflows/library/many/job';
import { Tally } from '../../../src/workflows/library/many/tally';
import { fanOut, prepared, resultOf } from './support';

const id = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

function running(index: number): ActiveJob {
  const name = `Warehouse table ${index} to the lake`;
  const job = newJob({
    ...{ kind: 'bulk', syncId: id(index), name, known: { name, active: true }, connections: [id(1), id(2)], start: {} },
    ...{ ifInactive: 'run', startedAfter: null, retriesLeft: 0 },
  });
  const usual = { medianMs: 61_234, sigma: 0.123456789, runs: 10 };
  const stage = {
    type: 'running',
    whose: 'own',
    executionId: id(index),
    createdAt: '2026-11-22T12:00:00Z',
    usual,
  } as const;
  return {
    ...job,
    turn: { since: 1_795_000_000_000, late: false, stage: { ...stage, beganAt: 1_795_000_000_000, awaited: true } },
  };
}

function carried(active: ActiveJob[]): Carried {
  const tally = new Tally();
  const job = newJob({ ...running(1) });
  for (let index = 0; index < 200; index++) {
    tally.add(job, { ...resultOf('failed'), errors: Array.from({ length: 20 }, () => 'x'.repeat(500)) }, 0);
  }
  return {
    v: 1,
    ...{ name: 'loop', began: 0, deadlineAt: 1, prepared, active, paused: false, maxConcurrent: 1_000 },
    tally: tally.state,
    told: { late: [], failed: [], gathered: {} },
    source: {
      window: { ids: [], names: [], active: [], connections: [], source: [], target: [] },
      ...{ after: null, total: 1_000, taken: 1_000, complete: true, marked: [] },
    },
    pace: new Pace(60, () => 0.5).state,
  };
}

describe('what a fan-out carries along', () => {
  it('comes in payloads of at most 256 KB, with a thousand syncs running and the longest failures', () => {
    const args = toArguments(carried(Array.from({ length: 1_000 }, (_, index) => running(index))));
    for (const arg of args) expect(Buffer.byteLength(JSON.stringify(arg))).toBeLessThan(256 * 1024);
    expect(args.length).toBeLessThan(12);
  });

  it('is what the next run begins with, its waits to be issued anew', () => {
    const before = carried([running(1), running(2)]);
    const filter = { ids: [id(1), id(2)] };
    const asked = { ...before, prepared: { ...prepared, fanOut: { ...fanOut, filter } } };
    const after = fromArguments({ filter }, structuredClone(toArguments(asked)));
    expect(after).toMatchObject({ ...asked, active: [{ id: id(1) }, { id: id(2) }] });
    expect(after?.active.map(({ turn: { stage } }) => stage.type === 'running' && stage.awaited)).toEqual([
      false,
      false,
    ]);
  });

  it('leaves the ids of the filter to the input, which the next run is given too', () => {
    const ids = Array.from({ length: 5_000 }, (_, index) => id(index));
    const asked = { ...carried([]), prepared: { ...prepared, fanOut: { ...fanOut, filter: { ids } } } };
    expect(JSON.stringify(toArguments(asked))).not.toContain(id(4_999));
    expect(fromArguments({ filter: { ids } }, toArguments(asked))?.prepared.fanOut?.filter.ids).toHaveLength(5_000);
  });

  it('is absent at the first run, and refused in a form that nobody knows', () => {
    expect(fromArguments({}, [])).toBeNull();
    const [state, source] = toArguments(carried([]));
    const unknown = { ...state, v: 2 } as unknown as typeof state;
    expect(() => fromArguments({}, [unknown, source])).toThrow('cannot be understood');
  });
});
