import { describe, expect, it } from '@jest/globals';
import type { PastRecords } from '../../../../src/contracts/past-records';
import { applyEvent } from '../../../../src/workflows/engine/apply';
import { fromArguments, toArguments } from '../../../../src/workflows/engine/carry';
import type { Command, CommandError } from '../../../../src/workflows/engine/commands';
import { counts } from '../../rules/fixtures';
import { Engine, many, progressOf, single } from './engine-by-hand';
import { began, endOf, listOf } from './support';

const minute = 60_000;
const asked = { minRecordsRatio: 0.5 };
const usual: PastRecords = { type: 'read', records: [100, 100, 100, 100, 100] };
const few = { records: counts({ total: 40 }) };
const enough = { records: counts({ total: 50 }) };
const refused: PastRecords = {
  type: 'unread',
  failure: { type: 'polytomic.Forbidden', message: 'no', nonRetryable: true },
};
const unread: PastRecords = {
  type: 'unread',
  failure: { type: 'polytomic.Unavailable', message: 'no', nonRetryable: false },
};
const unchecked = 'minRecordsRatio was not checked, as past runs could not be read';

const itemsOf = ({ open }: Engine) =>
  (open.find(({ type }) => type === 'compare') as Extract<Command, { type: 'compare' }>).request.items;
const ofSingle = ({ state }: Engine) => (state.single && 'result' in state.single ? state.single.result : null);

function completedRun(some: Parameters<typeof single>[0] = {}, end: Parameters<Engine['ended']>[2] = few): Engine {
  const engine = single({ ...asked, ...some });
  engine.started();
  engine.ended('lake', 'run-1', end);
  return engine;
}

describe('minRecordsRatio', () => {
  it('reads past runs once the run has completed, and fails a run with too few records', () => {
    const engine = completedRun();
    expect(progressOf(engine)).toMatchObject({ phase: 'running', executionId: 'run-1', status: 'completed' });
    expect(itemsOf(engine)).toEqual([{ kind: 'bulk', syncId: 'lake', executionId: 'run-1', except: [] }]);
    engine.answer('compare', () => [usual]);
    expect(ofSingle(engine)).toMatchObject({
      ...{ outcome: 'failed', executionId: 'run-1', status: 'completed' },
      reason: '40 records, fewer than minRecordsRatio 0.5 of 100, the median of the last 5 runs',
    });
    expect(engine.isDone).toBe(true);
  });

  it('lets a run with enough records, or too few runs to compare with, succeed', () => {
    for (const [end, past] of [
      [enough, usual],
      [few, { type: 'read', records: [100, 100, 100, 100] }],
    ] as const) {
      const engine = completedRun({}, end);
      engine.answer('compare', () => [past]);
      expect(ofSingle(engine)).toMatchObject({ outcome: 'completed' });
      expect(ofSingle(engine)).not.toHaveProperty('reason');
    }
  });

  it('reads nothing where it decides nothing: no success, a test, or not asked for', () => {
    const none = [
      completedRun({}, { status: 'failed', ending: 'failed' }),
      completedRun({ start: { test: true } }),
      completedRun({ minRecords: 41 }),
    ];
    for (const engine of none) expect([engine.count('compare'), engine.isDone]).toEqual([0, true]);
    const plain = single({});
    plain.started();
    plain.ended('lake', 'run-1', few);
    expect([plain.count('compare'), plain.isDone]).toEqual([0, true]);
  });

  it('runs the sync again where a failed run is, without comparing with its own earlier runs', () => {
    const engine = completedRun({ retry: { attempts: 2, delayMs: minute, on: ['failed'] } });
    engine.answer('compare', () => [usual]);
    engine.passTo(began + minute);
    engine.read('lake');
    engine.started();
    engine.ended('lake', 'run-2', enough);
    expect(itemsOf(engine)).toMatchObject([{ executionId: 'run-2', except: ['run-1'] }]);
    engine.answer('compare', () => [usual]);
    expect(ofSingle(engine)).toMatchObject({ outcome: 'completed', attempts: 2, executions: ['run-1', 'run-2'] });
  });

  it('compares the sum of an attempt, by how its first run was started', () => {
    const engine = single({ ...asked, retryFailedSchemas: 1 });
    engine.started();
    const partly = { schemaCounts: { total: 2, failed: 1 }, failedSchemas: ['b'] };
    const failedRecords = { total: 10, errors: 0, warnings: 0 };
    engine.ended('lake', 'run-1', { ...partly, failedRecords, records: counts({ total: 40 }) });
    engine.read('lake');
    engine.started();
    engine.ended('lake', 'run-2', { schemaCounts: { total: 1, failed: 0 }, records: counts({ total: 30 }) });
    expect(itemsOf(engine)).toMatchObject([{ executionId: 'run-1' }]);
    engine.answer('compare', () => [usual]);
    expect(ofSingle(engine)).toMatchObject({ outcome: 'completed', records: { total: 60 } });
  });
});

describe('past runs that cannot be read', () => {
  it('decide nothing once that is final, which the result and the log say', () => {
    const engine = completedRun({}, { ...few, status: 'completed_with_errors' });
    engine.answer('compare', () => [refused]);
    expect(ofSingle(engine)).toMatchObject({
      outcome: 'completedWithErrors',
      reason: expect.stringMatching(/does not report.*; minRecordsRatio was not checked.*\(polytomic\.Forbidden\)$/),
    });
    const warnings = engine.state.log.filter(({ level }) => level !== 'info');
    expect(warnings).toMatchObject([{ attributes: { executionId: 'run-1', reason: 'polytomic.Forbidden' } }]);
  });

  it.each<CommandError['type']>(['failed', 'lost', 'canceled', 'notPickedUp'])(
    'through an activity that ends as %s lose no result',
    (type) => {
      const engine = completedRun();
      const [command] = engine.open.filter((one) => one.type === 'compare');
      const error = { type, failureType: 'polytomic.NotAllowed', message: 'no', nonRetryable: true };
      applyEvent(engine.state, { type: 'failed', id: command?.id ?? '', error }, engine.now);
      engine.open = [];
      engine.step();
      if (type === 'failed') {
        expect(ofSingle(engine)).toMatchObject({ outcome: 'completed', reason: `${unchecked} (polytomic.NotAllowed)` });
        return;
      }
      engine.passTo(engine.wakeAt ?? 0);
      engine.answer('compare', () => [usual]);
      expect(ofSingle(engine)).toMatchObject({ outcome: 'failed' });
    },
  );

  it('for now are read again after a pause that grows', () => {
    const engine = completedRun();
    const pauses: number[] = [];
    for (let tries = 0; tries < 4; tries += 1) {
      engine.answer('compare', () => [unread]);
      expect(engine.count('compare')).toBe(0);
      pauses.push((engine.wakeAt ?? 0) - engine.now);
      engine.passTo(engine.wakeAt ?? 0);
    }
    expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
    expect(new Set(pauses).size).toBeGreaterThan(1);
    engine.answer('compare', () => [usual]);
    expect(ofSingle(engine)).toMatchObject({ outcome: 'failed' });
  });

  it('are read again for half a minute where the list does not show the run yet, and then decide nothing', () => {
    const engine = completedRun();
    let reads = 0;
    while (!engine.isDone && reads < 100) {
      engine.answer('compare', () => [{ type: 'unlisted' }]);
      reads += 1;
      if (!engine.isDone) engine.passTo(engine.wakeAt ?? 0);
    }
    expect([reads, engine.now - began]).toEqual([6, 31_000]);
    expect(ofSingle(engine)).toMatchObject({ outcome: 'completed', reason: expect.stringContaining(unchecked) });
  });

  it('cost no result when the time is up', () => {
    const engine = completedRun({ timeoutMs: minute });
    engine.passTo(began + minute);
    expect(engine.isDone).toBe(true);
    expect(ofSingle(engine)).toMatchObject({ outcome: 'completed', reason: expect.stringContaining(unchecked) });
  });

  it('do not delay a cancellation', () => {
    const engine = completedRun();
    applyEvent(engine.state, { type: 'cancelRequested' }, engine.now);
    engine.step();
    expect([engine.isDone, engine.count('cancel')]).toEqual([true, 0]);
  });

  it('are read after a run that ended by itself while its attempt was out of time', () => {
    const engine = single({ ...asked, timeoutPerAttemptMs: minute });
    engine.started();
    engine.passTo(began + minute);
    const item = { executionId: 'run-1', requested: false, confirmed: true, problem: null };
    engine.answer('cancel', () => [{ ...item, execution: endOf('lake', 'run-1', few) }]);
    engine.answer('compare', () => [usual]);
    expect(ofSingle(engine)).toMatchObject({ outcome: 'failed', executionId: 'run-1' });
  });
});

describe('a fan-out with minRecordsRatio', () => {
  function fanOutOf(ids: readonly string[]): Engine {
    const engine = many(asked, ids.length);
    engine.answer('list', () => listOf(ids));
    engine.read(...ids);
    engine.started();
    return engine;
  }

  it('compares what has ended together in one activity of at most 20 runs, each by itself', () => {
    const ids = Array.from({ length: 25 }, (_, at) => `s${String(at).padStart(2, '0')}`);
    const engine = fanOutOf(ids);
    engine.answer('wait', () => ({
      settled: ids.map((id, at) => ({ state: 'ended', execution: endOf(id, `run-${at + 1}`, few) })),
      upNext: [],
    }));
    expect(engine.open.flatMap((one) => (one.type === 'compare' ? [one.request.items.length] : []))).toEqual([20, 5]);
    const answers = (command: Command): PastRecords[] =>
      (command as Extract<Command, { type: 'compare' }>).request.items.map(({ syncId }) =>
        syncId === 's00' ? refused : usual,
      );
    engine.answer('compare', answers);
    engine.answer('compare', answers);
    expect([engine.isDone, engine.state.counts]).toMatchObject([true, { completed: 1, failed: 24 }]);
  });

  it('compares after continue-as-new what was not compared before it', () => {
    const engine = fanOutOf(['a']);
    engine.ended('a', 'run-1', few);
    const carried = JSON.parse(JSON.stringify(toArguments(engine.state, 'r'))) as unknown[];
    const state = fromArguments({}, carried, 'r');
    if (!state) throw new Error('nothing was carried');
    const next = new Engine(state);
    next.answer('compare', () => [usual]);
    expect([next.isDone, state.counts]).toMatchObject([true, { failed: 1 }]);
  });
});
