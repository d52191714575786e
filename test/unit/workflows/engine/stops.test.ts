import { describe, expect, it } from '@jest/globals';
import { applyEvent } from '../../../../src/workflows/engine/apply';
import { newAttempt } from '../../../../src/rules/attempt-state';
import { beginRun } from '../../../../src/workflows/engine/begin';
import { isUncertain, type RunOwnership } from '../../../../src/workflows/engine/job';
import { openCancellation, singleResult } from '../../../../src/workflows/engine/results';
import { newWishes } from '../../../../src/workflows/engine/state';
import { options } from '../../rules/fixtures';
import { prepared } from '../support';
import { Engine, many, single } from './engine-by-hand';
import { began, endOf, fanOutState, listOf, runningJob, snapshotOf } from './support';

const running = { status: 'running', phase: 'running' } as const;

/** A fan-out of two running syncs, one of which fails. */
function cancellingRest(ownership: RunOwnership): Engine {
  const other = runningJob('other', { attached: ownership === 'attached' });
  const jobs = { failing: runningJob('failing'), other };
  for (const { stage } of Object.values(jobs)) if (stage.type === 'running') stage.isAwaited = false;
  if (other.stage.type === 'running') other.stage.ownership = ownership;
  const engine = new Engine({ ...fanOutState({ failurePolicy: 'cancelRest' }), jobs });
  engine.answer('list', () => listOf([]));
  engine.ended('failing', 'run-of-failing', { status: 'failed', ending: 'failed' });
  return engine;
}

describe('a fan-out that cancels the rest', () => {
  it('leaves a run that it attached to, and counts it as skipped', () => {
    const engine = cancellingRest('attached');
    engine.answer('cancel', (command) => {
      const items = command.type === 'cancel' ? command.request.items : [];
      expect(items).toMatchObject([{ syncId: 'other', cancel: false }]);
      const execution = endOf('other', 'run-of-other', running);
      return [{ executionId: 'run-of-other', requested: false, confirmed: false, execution, problem: null }];
    });
    expect(engine.state.counts).toMatchObject({ failed: 1, skipped: 1, canceled: 0 });
    expect([engine.state.unconfirmed, engine.state.log.map(({ message }) => message)]).toEqual([
      [],
      expect.not.arrayContaining(['A cancel request was not confirmed']),
    ]);
  });

  it('cancels a run of its own', () => {
    const engine = cancellingRest('own');
    engine.answer('cancel', () => [
      { executionId: 'run-of-other', requested: true, confirmed: false, execution: null, problem: 'it goes on' },
    ]);
    expect(engine.state.counts).toMatchObject({ failed: 1, skipped: 0, canceled: 1 });
    expect(engine.state.unconfirmed).toEqual([{ syncId: 'other', executionId: 'run-of-other' }]);
  });

  it('reports a run of its own that goes on, as every cancel request was refused', () => {
    const engine = cancellingRest('own');
    const execution = endOf('other', 'run-of-other', running);
    engine.answer('cancel', () => [
      { executionId: 'run-of-other', requested: false, confirmed: false, execution, problem: 'forbidden' },
    ]);
    expect(engine.state.failures).toMatchObject([
      { syncId: 'failing', outcome: 'failed' },
      { syncId: 'other', outcome: 'canceled', executionId: 'run-of-other', cancelConfirmed: false },
    ]);
  });

  it('skips a job that waits for a run of another user', () => {
    const engine = cancellingRest('other');
    expect(engine.state.counts).toMatchObject({ failed: 1, skipped: 1, canceled: 0 });
    expect(engine.count('cancel')).toBe(0);
  });
});

describe('a run whose end is not seen when the time is up', () => {
  const theirs = { executionId: 'theirs', status: 'running', createdAt: null, startedAt: null };

  it.each([
    ['was to be cancelled', { onTimeout: 'cancelOwn' }, {}, false],
    ['is left running', { onTimeout: 'leaveRunning' }, {}, undefined],
    ['was attached to', { onTimeout: 'cancelOwn', ifRunning: 'attach' }, { running: theirs }, undefined],
  ] as const)('has a cancel that is not confirmed only where one was wanted: it %s', (_what, some, first, told) => {
    const engine = single({ ...some, timeoutMs: 60_000, onFailure: 'return' }, first);
    if (engine.count('start') > 0) engine.started();
    engine.passTo(began + 61_000);
    engine.answer('cancel', () => [
      { executionId: 'run', requested: false, confirmed: false, execution: null, problem: 'answered 500' },
    ]);
    const end = engine.state.single;
    expect(end && 'result' in end && [end.result.outcome, end.result.cancelConfirmed]).toEqual(['timedOut', told]);
  });
});

describe('a run that is cancelled while it waits for a run of another user', () => {
  it('does not name that run as its own', () => {
    const job = runningJob('lake', { attached: false });
    if (job.stage.type === 'running') job.stage.ownership = 'other';
    const engine = new Engine({ ...fanOutState(), jobs: { lake: job } });
    applyEvent(engine.state, { type: 'cancelRequested' }, engine.now);
    engine.step();
    expect(engine.state.failures).toMatchObject([{ syncId: 'lake', outcome: 'canceled', executionId: null }]);
  });
});

/** A fan-out that starts nothing more, while one of its jobs waits for another user's run and may have started one itself. */
function closedWhileWaiting(isCleared: boolean): Engine {
  const attempt = {
    ...newAttempt(3, { now: began, serverTime: new Date(began).toISOString() }, [{ from: began, to: began + 30_000 }]),
    isCleared,
  };
  const waiting = runningJob('waiting', { attempt, lostRaces: 1 });
  const jobs = { failing: runningJob('failing'), waiting };
  for (const { stage } of Object.values(jobs)) if (stage.type === 'running') stage.isAwaited = false;
  if (waiting.stage.type === 'running') waiting.stage.ownership = 'other';
  const engine = new Engine({ ...fanOutState({ failurePolicy: 'stopStarting' }), jobs });
  engine.answer('list', () => listOf([]));
  engine.ended('failing', 'run-of-failing', { status: 'failed', ending: 'failed' });
  return engine;
}

describe('a fan-out that starts nothing more', () => {
  it('ends at once where looks have shown that an earlier start had no effect', () => {
    const engine = closedWhileWaiting(true);
    expect(engine.state.counts).toMatchObject({ failed: 1, skipped: 1 });
    expect(engine.isDone).toBe(true);
  });

  it('looks for what an earlier start may have made, and does not wait out the run of another user before that', () => {
    const engine = closedWhileWaiting(false);
    expect(engine.open.flatMap((one) => (one.type === 'start' ? one.request.items : []))).toMatchObject([
      { syncId: 'waiting', key: null },
    ]);
    engine.answer('start', () => [{ type: 'absent' }]);
    expect(engine.state.counts).toMatchObject({ failed: 1, skipped: 1 });
    expect(engine.isDone).toBe(true);
  });

  it('is seen to be stuck where only its timeout would go on', () => {
    const engine = new Engine(fanOutState());
    engine.answer('list', () => listOf([]));
    engine.state.jobs.lost = {
      ...runningJob('lost'),
      stage: { type: 'starting', activate: false, usual: null, isInFlight: true },
    };
    engine.isDone = false;
    engine.step();
    expect(engine.state.log.at(-1)?.message).toMatch(/nothing under way: a defect/);
    expect(engine.wakeAt).toBe(engine.now + 60_000);
  });
});

describe('a create that may have taken effect', () => {
  it('is reported by its name when the time is up', () => {
    const { fanOut: _fanOut, ...one } = prepared;
    const create = { sync: { name: 'Orders to lake' }, namesakes: [] };
    const request = {
      ...one,
      options: options({ timeoutMs: 60_000 }),
      syncIds: [],
      syncs: [],
      create,
      serverTime: new Date(began).toISOString(),
    };
    const engine = new Engine(beginRun(request, { base: 'key', began, wishes: newWishes() }, began));
    const failure = { type: 'polytomic.Network', message: 'no answer', nonRetryable: false };
    engine.answer('create', () => [{ type: 'noResponse', failure, at: engine.now }]);
    engine.passTo(began + 61_000);
    if (engine.count('create') > 0) engine.answer('create', () => [{ type: 'unsent', failure }]);
    expect(() => singleResult(engine.state)).toThrow(
      'bulk sync "Orders to lake": timedOut (no execution: a sync named "Orders to lake" may have been created)',
    );
  });
});

describe('a start that may have taken effect, and was refused at last', () => {
  it('says so in the results of a fan-out', () => {
    const engine = many({}, 1);
    engine.answer('list', () => listOf(['lake']));
    engine.read('lake');
    const failure = { type: 'polytomic.Forbidden', message: 'not yours', nonRetryable: true };
    engine.answer('start', () => [{ type: 'noResponse', failure, at: engine.now }]);
    while (!engine.isDone && engine.now < began + 3_600_000) {
      if (engine.count('start') === 0) engine.passTo(engine.wakeAt ?? Infinity);
      else
        engine.answer('start', (command) => {
          const items = command.type === 'start' ? command.request.items : [];
          return items.map(({ key }) => (key === null ? { type: 'absent' } : { type: 'refused', failure }));
        });
    }
    expect(engine.state.failures).toMatchObject([
      { outcome: 'failed', reason: 'polytomic.Forbidden: not yours; a run may have started' },
    ]);
  });
});

describe('an answer of starts that is too large', () => {
  it('may have started all of them', () => {
    const engine = many({}, 2);
    engine.answer('list', () => listOf(['a', 'b']));
    engine.read('a', 'b');
    const [command] = engine.open.filter(({ type }) => type === 'start');
    const error = {
      type: 'failed',
      failureType: 'polytomic.PayloadTooLarge',
      message: 'large',
      nonRetryable: true,
    } as const;
    applyEvent(engine.state, { type: 'failed', id: command!.id, error }, engine.now);
    expect(Object.values(engine.state.jobs).map((job) => isUncertain(job))).toEqual([true, true]);
  });
});

it('is no skipped run where what is true of the sync cannot be read after another run was waited out', () => {
  const other = { executionId: 'other', createdAt: null, startedAt: null, status: 'running' };
  const engine = single({ ifRunning: 'waitThenStart' }, { running: other });
  engine.ended('lake', 'other', {});
  const read = engine.open.find(({ type }) => type === 'read');
  const error = { failureType: 'polytomic.Unauthorized', message: 'HTTP 401', nonRetryable: true } as const;
  applyEvent(engine.state, { type: 'failed', id: read?.id ?? '', error: { type: 'failed', ...error } }, engine.now);
  engine.step();
  expect(engine.isDone).toBe(true);
  expect(() => singleResult(engine.state)).toThrow(expect.objectContaining({ type: 'polytomic.Unauthorized' }));
});

it('a cancel looks for what a lost start made by Polytomic’s time, whatever Temporal’s clock says', () => {
  const engine = many({}, 1);
  engine.answer('list', () => listOf(['lake']));
  const polytomicNow = began - 60_000;
  const snapshot = snapshotOf('lake', { serverTime: new Date(polytomicNow).toISOString() });
  engine.answer('read', () => ({ settled: [], upNext: [snapshot] }));
  const [start] = engine.open.filter(({ type }) => type === 'start');
  const error = { type: 'lost', failureType: null, message: 'killed', nonRetryable: false } as const;
  engine.now += 20_000;
  applyEvent(engine.state, { type: 'failed', id: start?.id ?? '', error }, engine.now);
  applyEvent(engine.state, { type: 'cancelRequested' }, engine.now);
  engine.step();
  expect(engine.open.flatMap((one) => (one.type === 'cancel' ? one.request.items : []))).toMatchObject([
    { syncId: 'lake', cancel: true, windows: [{ from: polytomicNow, to: polytomicNow + 20_000 + 15 * 60_000 }] },
  ]);
});

describe('a run of our own after one that was attached to', () => {
  it('is reported where its cancel is not confirmed', () => {
    const theirs = {
      ...{ executionId: 'theirs', status: 'running', createdAt: null, startedAt: null },
      shape: { isTest: false, isResync: false, isPartial: false },
    };
    const engine = single({ retryFailedSchemas: 1, ifRunning: 'attach' }, { running: theirs });
    const schemaCounts = { total: 2, failed: 1, canceled: 0 };
    engine.ended('lake', 'theirs', { status: 'completed', ending: 'partial', failedSchemas: ['one'], schemaCounts });
    engine.read('lake');
    engine.started();
    applyEvent(engine.state, { type: 'cancelRequested' }, engine.now);
    engine.step();
    engine.answer('cancel', () => [
      { executionId: 'run-1', requested: true, confirmed: false, execution: null, problem: 'it goes on' },
    ]);
    expect(openCancellation(engine.state)).toEqual({ unconfirmed: [{ syncId: 'lake', executionId: 'run-1' }] });
  });
});

it('keeps no more unconfirmed runs than it reports, and counts them all', () => {
  const ids = Array.from({ length: 120 }, (_one, at) => `sync-${at}`);
  const jobs = Object.fromEntries(ids.map((id) => [id, runningJob(id)]));
  const engine = new Engine({ ...fanOutState({ maxConcurrent: 120 }), jobs });
  applyEvent(engine.state, { type: 'cancelRequested' }, engine.now);
  engine.step();
  engine.answer('cancel', (command) =>
    (command.type === 'cancel' ? command.request.items : []).map(({ executionId }) => ({
      ...{ executionId, requested: false, confirmed: false, execution: null, problem: 'forbidden' },
    })),
  );
  expect(engine.state.unconfirmed).toHaveLength(100);
  expect(openCancellation(engine.state)).toEqual({ unconfirmed: engine.state.unconfirmed, unconfirmedCount: 120 });
});
