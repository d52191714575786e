import { describe, expect, it } from '@jest/globals';
import { applyEvent } from '../../../../src/workflows/engine/apply';
import { beginRun } from '../../../../src/workflows/engine/begin';
import { fromArguments, toArguments } from '../../../../src/workflows/engine/carry';
import type { Command } from '../../../../src/workflows/engine/commands';
import { fanOutProgressOf } from '../../../../src/workflows/engine/progress';
import { newWishes } from '../../../../src/workflows/engine/state';
import { options } from '../../rules/fixtures';
import { prepared } from '../support';
import { Engine, many, progressOf, single } from './engine-by-hand';
import { began, endOf, listOf, snapshotOf } from './support';

const minute = 60_000;
const retry = {
  attempts: 3,
  delayMs: 10 * minute,
  on: ['failed', 'partiallyFailed'] as ('failed' | 'partiallyFailed')[],
};
const failed = { status: 'failed', ending: 'failed' } as const;

describe('a run of one sync with retry', () => {
  it('starts another run once the delay has passed, and counts as the last one ends', () => {
    const engine = single({ retry });
    engine.started();
    engine.ended('lake', 'run-1', failed);
    expect([engine.open, engine.wakeAt]).toEqual([[], began + 10 * minute]);
    expect(progressOf(engine)).toMatchObject({
      attempt: 2,
      nextAttemptAt: new Date(began + 10 * minute).toISOString(),
    });
    engine.passTo(began + 10 * minute);
    engine.read('lake');
    engine.started();
    expect(progressOf(engine)).toMatchObject({ phase: 'running', executionId: 'run-2', attempt: 2 });
    engine.ended('lake', 'run-2', {});
    expect(engine.isDone).toBe(true);
    expect(engine.state.single).toMatchObject({
      result: { outcome: 'completed', executionId: 'run-2', executions: ['run-1', 'run-2'], attempts: 2 },
    });
  });

  it('gives up after the last attempt, with the ids of all runs', () => {
    const engine = single({ retry: { ...retry, attempts: 2 } });
    engine.started();
    engine.ended('lake', 'run-1', failed);
    engine.passTo(began + 10 * minute);
    engine.read('lake');
    engine.started();
    engine.ended('lake', 'run-2', failed);
    expect(engine.state.single).toMatchObject({
      result: { outcome: 'failed', executions: ['run-1', 'run-2'], attempts: 2 },
    });
  });

  it('names failed schemas in the order in which a start reads them from the execution', () => {
    const engine = single({ retryFailedSchemas: 1 });
    const schemaCounts = { total: 4, failed: 3, canceled: 0 };
    engine.started();
    engine.ended('lake', 'run-1', { ending: 'partial', schemaCounts, failedSchemas: ['b.2', 'c', 'b'] });
    engine.read('lake');
    const [start] = engine.open.flatMap((one) => (one.type === 'start' ? one.request.items : []));
    expect(start?.options.schemas).toEqual(['b', 'b.2', 'c']);
  });

  it('runs nothing again where no failed schema has a name', () => {
    const engine = single({ retryFailedSchemas: 1 });
    engine.started();
    engine.ended('lake', 'run-1', { schemaCounts: { total: 4, failed: 1 }, failedSchemas: [] });
    expect(engine.isDone).toBe(true);
    expect(engine.state.single).toMatchObject({ result: { outcome: 'partiallyFailed', executionId: 'run-1' } });
  });

  it('counts a failed schema without a name as failed after a re-run of the others', () => {
    const engine = single({ retryFailedSchemas: 1 });
    engine.started();
    engine.ended('lake', 'run-1', { schemaCounts: { total: 4, failed: 2 }, failedSchemas: ['b'] });
    engine.read('lake');
    engine.started();
    engine.ended('lake', 'run-2', { schemaCounts: { total: 1, failed: 0 } });
    expect(engine.state.single).toMatchObject({
      result: { outcome: 'partiallyFailed', schemaCounts: { total: 4, failed: 1 } },
    });
  });

  it('runs failed schemas again within each attempt, and then all schemas that were asked for', () => {
    const start = { schemas: ['a', 'b'] };
    const engine = single({ retry, start, retryFailedSchemas: 1 });
    const partly = { schemaCounts: { total: 2, failed: 1 }, failedSchemas: ['b'] };
    const schemasOfStart = (): unknown => {
      const command = engine.open.find(({ type }) => type === 'start') as Extract<Command, { type: 'start' }>;
      return command.request.items[0]?.options.schemas;
    };
    engine.started();
    engine.ended('lake', 'run-1', partly);
    engine.read('lake');
    expect(schemasOfStart()).toEqual(['b']);
    engine.started();
    engine.ended('lake', 'run-2', partly);
    engine.passTo(began + 10 * minute);
    engine.read('lake');
    expect(schemasOfStart()).toEqual(['a', 'b']);
    engine.started();
    engine.ended('lake', 'run-3', partly);
    engine.read('lake');
    expect(schemasOfStart()).toEqual(['b']);
    engine.started();
    engine.ended('lake', 'run-4', { schemaCounts: { total: 1, failed: 0 } });
    expect(engine.state.single).toMatchObject({
      result: { outcome: 'completed', executions: ['run-1', 'run-2', 'run-3', 'run-4'], attempts: 2 },
    });
  });

  it('plans no attempt that could only begin once the time is up', () => {
    const engine = single({ retry, timeoutMs: 5 * minute });
    engine.started();
    engine.ended('lake', 'run-1', failed);
    expect(engine.state.single).toMatchObject({ result: { outcome: 'failed', executionId: 'run-1' } });
  });

  it('counts as the last attempt where time runs out, or a cancel comes, before the next', () => {
    const engine = single({ retry });
    engine.started();
    engine.ended('lake', 'run-1', failed);
    engine.state.wishes.timeoutAt = began + minute;
    engine.passTo(began + minute);
    expect(engine.isDone).toBe(true);
    expect(engine.state.single).toMatchObject({ result: { outcome: 'failed', executionId: 'run-1' } });
    const other = single({ retry });
    other.started();
    other.ended('lake', 'run-1', failed);
    applyEvent(other.state, { type: 'cancelRequested' }, other.now);
    other.step();
    expect([other.isDone, other.count('start'), other.count('cancel')]).toEqual([true, 0, 0]);
  });

  it('knows its own earlier runs when it looks for what a lost start has made', () => {
    const engine = single({ retry });
    engine.started();
    engine.ended('lake', 'run-1', failed);
    engine.passTo(began + 10 * minute);
    engine.read('lake');
    const [command] = engine.open as Extract<Command, { type: 'start' }>[];
    expect(command?.request.items[0]?.known.ids).toEqual(['run-1']);
  });
});

describe('timeoutPerAttempt', () => {
  const timed = { timeoutPerAttemptMs: 30 * minute, retry: { ...retry, on: ['timedOut'] as 'timedOut'[] } };
  const cancelled = (confirmed: boolean) => () => [
    {
      ...{ executionId: 'run-1', requested: true, confirmed, problem: null },
      execution: endOf('lake', 'run-1', confirmed ? { status: 'canceled', ending: 'canceled' } : { phase: 'running' }),
    },
  ];

  it('cancels the run of the attempt, and starts the next once that is confirmed', () => {
    const engine = single(timed);
    engine.started();
    expect(engine.wakeAt).toBe(began + 30 * minute);
    engine.passTo(began + 30 * minute);
    expect(engine.count('cancel')).toBe(1);
    expect(engine.count('start')).toBe(0);
    engine.answer('cancel', cancelled(true));
    expect(engine.wakeAt).toBe(began + 40 * minute);
    engine.passTo(began + 40 * minute);
    engine.read('lake');
    engine.started();
    engine.open = engine.open.filter(({ type }) => type === 'wait').slice(-1);
    engine.ended('lake', 'run-2', {});
    expect(engine.state.single).toMatchObject({ result: { outcome: 'completed', executions: ['run-1', 'run-2'] } });
  });

  it('starts nothing after a cancel that was not confirmed', () => {
    const engine = single(timed);
    engine.started();
    engine.passTo(began + 30 * minute);
    engine.answer('cancel', cancelled(false));
    expect(engine.isDone).toBe(true);
    expect(engine.state.single).toMatchObject({ result: { outcome: 'timedOut', cancelConfirmed: false } });
  });

  it('starts nothing after every cancel request was refused, and reports that the run was not confirmed to end', () => {
    const engine = single(timed);
    engine.started();
    engine.passTo(began + 30 * minute);
    const item = { executionId: 'run-1', requested: false, confirmed: false, problem: 'answered 403' };
    engine.answer('cancel', () => [
      { ...item, execution: endOf('lake', 'run-1', { status: 'running', phase: 'running' }) },
    ]);
    expect(engine.isDone).toBe(true);
    expect(engine.state.single).toMatchObject({ result: { outcome: 'timedOut', cancelConfirmed: false } });
  });

  it('counts a run that ended by itself meanwhile as it ended', () => {
    const engine = single(timed);
    engine.started();
    engine.passTo(began + 30 * minute);
    const item = { executionId: 'run-1', requested: false, confirmed: true, problem: null };
    engine.answer('cancel', () => [{ ...item, execution: endOf('lake', 'run-1') }]);
    expect(engine.state.single).toMatchObject({ result: { outcome: 'completed', executionId: 'run-1' } });
  });
});

describe('a fan-out with retry', () => {
  it('lets others run while an attempt waits, and never runs more at once than it may', () => {
    const engine = many({ retry }, 1);
    engine.answer('list', () => listOf(['a', 'b']));
    engine.read('a');
    engine.started();
    engine.ended('a', 'run-1', failed);
    engine.read('b');
    engine.started();
    engine.passTo(began + 11 * minute);
    expect([engine.count('read'), engine.count('start')]).toEqual([0, 0]);
    engine.ended('b', 'run-2', {});
    engine.read('a');
    engine.started();
    engine.ended('a', 'run-3', {});
    expect([engine.isDone, engine.state.counts]).toMatchObject([true, { completed: 2, failed: 0 }]);
  });

  it('keeps its attempts through continue-as-new', () => {
    const engine = many({ retry }, 2);
    engine.answer('list', () => listOf(['a']));
    engine.read('a');
    engine.started();
    engine.ended('a', 'run-1', failed);
    const carried = JSON.parse(JSON.stringify(toArguments(engine.state, 'r'))) as unknown[];
    const state = fromArguments({}, carried, 'r');
    if (!state) throw new Error('nothing was carried');
    const next = new Engine(state);
    next.runs = 1;
    expect(fanOutProgressOf(state, began).running).toMatchObject([{ syncId: 'a', attempt: 2 }]);
    next.passTo(began + 10 * minute);
    next.read('a');
    next.started();
    next.ended('a', 'run-2', failed);
    next.passTo(began + 20 * minute);
    next.read('a');
    next.started();
    next.ended('a', 'run-3', failed);
    expect(next.isDone).toBe(true);
    expect(state.failures).toMatchObject([{ outcome: 'failed', attempts: 3, executions: ['run-1', 'run-2', 'run-3'] }]);
  });
});

describe('stalledAfter', () => {
  const stalledAfterMs = 20 * minute;
  const stalled = (engine: Engine): void =>
    engine.answer('wait', () => ({
      ...{ settled: [], upNext: [] },
      stalled: [{ executionId: `run-${engine.runs}`, stillMs: 21 * minute, counts: 7 }],
    }));
  const cancelled = (engine: Engine, some: object): void =>
    engine.answer('cancel', () => [
      {
        ...{ executionId: `run-${engine.runs}`, requested: true, confirmed: true, problem: null },
        ...{ execution: endOf('lake', `run-${engine.runs}`, { status: 'canceled', ending: 'canceled' }), ...some },
      },
    ]);
  const waitOf = ({ open }: Engine) => open.find(({ type }) => type === 'wait') as Extract<Command, { type: 'wait' }>;

  it('reports a stalled run once, and waits on', () => {
    const engine = single({ stalledAfterMs });
    engine.started();
    expect(waitOf(engine).request.executions).toMatchObject([{ stalledAfterMs }]);
    stalled(engine);
    expect(engine.state.log.filter(({ level }) => level !== 'info')).toMatchObject([{ message: 'A run is stalled' }]);
    expect(progressOf(engine)).toMatchObject({ phase: 'running', stalled: true });
    expect(engine.count('cancel')).toBe(0);
    expect(waitOf(engine).request.executions[0]).not.toHaveProperty('stalledAfterMs');
    engine.ended('lake', 'run-1', {});
    expect(engine.state.single).toMatchObject({ result: { outcome: 'completed' } });
  });

  it('notifies of it, also where the sync was reported as late before, once for each run', () => {
    const lateOnly = { stalledAfterMs, warnAfter: { ms: minute } };
    const engine = single(lateOnly);
    engine.state.settings.notify = [{ name: 'people', activity: null }];
    engine.started();
    engine.passTo(began + minute);
    const notified = (): unknown[] =>
      engine.open.flatMap((one) => (one.type === 'notify' ? [one.notification.late] : []));
    expect(notified()).toMatchObject([[{ executionId: 'run-1' }]]);
    engine.answer('notify', () => null);
    engine.now = began + 20 * minute;
    stalled(engine);
    const reason = 'its counts have stood still for 21 minutes';
    expect(notified()).toMatchObject([[{ executionId: 'run-1', reason }]]);
    engine.answer('notify', () => null);
    const again = { executionId: 'run-1', stillMs: 42 * minute, counts: 7 };
    engine.answer('wait', () => ({ settled: [], upNext: [], stalled: [again] }));
    engine.passTo(began + 60 * minute);
    expect(notified()).toEqual([]);
    engine.ended('lake', 'run-1', {});
    expect(engine.open.flatMap((one) => (one.type === 'notify' ? [one.notification.counts] : []))).toEqual([
      { failed: 0, late: 0, recovered: 1 },
    ]);
  });

  it('cancels it where asked, if a fresh read shows the same; then it counts as failed, and is not repeated', () => {
    const engine = single({ stalledAfterMs, onStalled: 'cancel', retry });
    engine.started();
    stalled(engine);
    const [command] = engine.open as Extract<Command, { type: 'cancel' }>[];
    expect(command?.request.items).toMatchObject([{ executionId: 'run-1', cancel: true, onlyIfCounts: 7 }]);
    cancelled(engine, {});
    expect(engine.state.single).toMatchObject({
      result: { outcome: 'failed', reason: expect.stringContaining('stalled'), executionId: 'run-1' },
    });
  });

  it('tells the next wait what the last one saw of the counts, and since when', () => {
    const engine = many({ stalledAfterMs }, 2);
    engine.answer('list', () => listOf(['a', 'b']));
    engine.read('a', 'b');
    engine.started();
    engine.passTo(began + 5 * minute);
    const settled = [{ state: 'ended', execution: endOf('a', 'run-1') }];
    const still = [{ executionId: 'run-2', counts: 7, forMs: 3 * minute }];
    engine.answer('wait', () => ({ settled, upNext: [], still }));
    expect(waitOf(engine).request.executions).toMatchObject([
      { executionId: 'run-2', still: { counts: 7, forMs: 3 * minute } },
    ]);
    const carried = JSON.parse(JSON.stringify(toArguments(engine.state, 'r'))) as unknown[];
    const next = new Engine(fromArguments({}, carried, 'r')!);
    next.open = [];
    next.state.jobs['b']!.stage = { ...next.state.jobs['b']!.stage, isAwaited: false } as never;
    next.passTo(began + 9 * minute);
    expect(waitOf(next).request.executions).toMatchObject([{ still: { counts: 7, forMs: 7 * minute } }]);
  });

  const notAsked = { requested: false, confirmed: false, execution: null };

  it('waits on where the fresh read shows that it moves, and compares its counts anew', () => {
    const engine = single({ stalledAfterMs, onStalled: 'cancel' });
    engine.started();
    stalled(engine);
    cancelled(engine, { ...notAsked, hasMoved: true });
    expect(progressOf(engine)).toMatchObject({ phase: 'running', executionId: 'run-1' });
    expect(progressOf(engine)).not.toHaveProperty('stalled');
    expect(waitOf(engine).request.executions).toMatchObject([{ executionId: 'run-1', stalledAfterMs }]);
  });

  it('asks for a cancel that nobody took again only after as long a time, and reports the run once', () => {
    const engine = single({ stalledAfterMs, onStalled: 'cancel' });
    engine.started();
    stalled(engine);
    cancelled(engine, notAsked);
    expect(progressOf(engine)).toMatchObject({ phase: 'running', executionId: 'run-1', stalled: true });
    expect(waitOf(engine).request.executions).toMatchObject([{ stalledAfterMs: 41 * minute }]);
    stalled(engine);
    expect(engine.count('cancel')).toBe(1);
    expect(engine.state.log.filter(({ message }) => message === 'A run is stalled')).toHaveLength(1);
    cancelled(engine, {});
    expect(engine.state.single).toMatchObject({ result: { outcome: 'failed', executionId: 'run-1' } });
  });

  it('is late by the beginning of the run, also after a cancel that was not asked for', () => {
    const engine = single({ stalledAfterMs, onStalled: 'cancel', warnAfter: { ms: 30 * minute } });
    engine.started();
    engine.passTo(began + 29 * minute);
    stalled(engine);
    cancelled(engine, { ...notAsked, hasMoved: true });
    engine.passTo(began + 30 * minute);
    expect(progressOf(engine)).toMatchObject({ executionId: 'run-1', late: true });
  });

  it.each([
    ['completed', endOf('lake', 'run-1'), { outcome: 'completed' }],
    ['failed', endOf('lake', 'run-1', failed), { outcome: 'failed', status: 'failed' }],
  ] as const)('of a run that %s while it was being cancelled counts as it ended', (ending, execution, result) => {
    for (const onStalled of ['cancel', 'restart'] as const) {
      const engine = single({ stalledAfterMs, onStalled });
      engine.started();
      stalled(engine);
      cancelled(engine, { execution });
      const isRestarted = ending === 'failed' && onStalled === 'restart';
      expect(engine.count('read')).toBe(isRestarted ? 1 : 0);
      if (!isRestarted) expect(engine.state.single).toMatchObject({ result: { ...result, executionId: 'run-1' } });
    }
  });

  it('cancels a stalled run also where nothing more is started, as another sync did not succeed', () => {
    const engine = many({ stalledAfterMs, onStalled: 'restart' }, 2);
    engine.state.settings.limits.failurePolicy = 'stopStarting';
    engine.answer('list', () => listOf(['a', 'lake']));
    engine.read('a', 'lake');
    engine.started();
    engine.ended('a', 'run-1', failed);
    expect(engine.state.closing).toMatchObject({ reason: 'policy' });
    stalled(engine);
    cancelled(engine, {});
    expect([engine.isDone, engine.state.counts]).toMatchObject([true, { failed: 2 }]);
  });

  it('starts it again where asked, once the cancel is confirmed, and no more than twice in all', () => {
    const engine = single({ stalledAfterMs, onStalled: 'restart' });
    engine.started();
    stalled(engine);
    cancelled(engine, {});
    engine.read('lake');
    engine.started();
    expect(progressOf(engine)).toMatchObject({ executionId: 'run-2', attempt: 2 });
    stalled(engine);
    cancelled(engine, {});
    expect(engine.state.single).toMatchObject({ result: { outcome: 'failed', executions: ['run-1', 'run-2'] } });
  });

  it('starts nothing after a cancel that was not confirmed', () => {
    const engine = single({ stalledAfterMs, onStalled: 'restart' });
    engine.started();
    stalled(engine);
    cancelled(engine, { confirmed: false, execution: null });
    expect(engine.state.single).toMatchObject({ result: { outcome: 'failed', cancelConfirmed: false } });
    expect(engine.isDone).toBe(true);
  });

  it('only reports a run that was attached to', () => {
    const running = { executionId: 'theirs', status: 'running', createdAt: null, startedAt: null };
    const { fanOut: _fanOut, ...one } = prepared;
    const asked = options({ timeoutMs: 86_400_000, stalledAfterMs, onStalled: 'restart', ifRunning: 'attach' });
    const syncs = [snapshotOf('lake', { running })];
    const beginning = { base: 'key', began, wishes: newWishes() };
    const engine = new Engine(beginRun({ ...one, options: asked, syncIds: ['lake'], syncs }, beginning, began));
    engine.answer('wait', () => ({
      ...{ settled: [], upNext: [] },
      stalled: [{ executionId: 'theirs', stillMs: 21 * minute, counts: 7 }],
    }));
    expect([engine.count('cancel'), progressOf(engine).stalled]).toEqual([0, true]);
  });
});
