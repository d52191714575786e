/** `awaitSync` in the engine: what is waited for besides a run that is known. */
import { describe, expect, it } from '@jest/globals';
import type { PreparedAwaitSync } from '../../../../src/contracts/await-sync';
import { beginAwait } from '../../../../src/workflows/engine/begin';
import { newWishes } from '../../../../src/workflows/engine/state';
import { options } from '../../rules/fixtures';
import { prepared } from '../support';
import { Engine, progressOf } from './engine-by-hand';
import { began, endOf, snapshotOf } from './support';

const minute = 60_000;

function awaiting(some: Partial<PreparedAwaitSync>): Engine {
  const { fanOut: _fanOut, ...one } = prepared;
  const found = {
    executionId: null,
    completedAfter: null,
    serverTimeLagMs: 0,
    serverTime: new Date(began).toISOString(),
  };
  const asked = {
    ...one,
    options: options({ timeoutMs: 60 * minute }),
    syncIds: ['lake'],
    syncs: [snapshotOf('lake')],
  };
  const beginning = { base: 'key', began, wishes: newWishes(), waitBegan: began };
  return new Engine(beginAwait({ ...asked, ...found, ...some }, beginning, began));
}

describe('the time of the next run', () => {
  it('is told until a run is found', () => {
    const nextRunAt = new Date(began + minute).toISOString();
    const engine = awaiting({ nextRunAt });
    expect(progressOf(engine)).toMatchObject({ phase: 'waitingForOther', nextRunAt });
    const found = { executionId: 'theirs', status: 'running', createdAt: null, startedAt: null, ended: false };
    engine.answer('search', () => ({ found }));
    expect(progressOf(engine)).toMatchObject({ phase: 'running', executionId: 'theirs' });
    expect(progressOf(engine)).not.toHaveProperty('nextRunAt');
    engine.ended('lake', 'theirs', endOf('lake', 'theirs'));
    expect(engine.isDone).toBe(true);
  });
});

it.each([
  ['at once when it has ended', true, null],
  ['as one that was just created when it is in progress', false, new Date(began).toISOString()],
])('a run that was found is read %s', (_when, ended, createdAt) => {
  const engine = awaiting({});
  const at = new Date(began).toISOString();
  const found = { executionId: 'theirs', status: null, createdAt: at, startedAt: at, ended };
  engine.answer('search', () => ({ found }));
  // Of a run of unknown age that was never read, the wait reads at once.
  expect(engine.open).toMatchObject([
    { type: 'wait', request: { executions: [{ executionId: 'theirs', createdAt }] } },
  ]);
});

it('a run that a list which lags still shows as in progress does not count once its end proves too early', () => {
  const completedAfter = new Date(began).toISOString();
  const running = { executionId: 'old', status: 'running', createdAt: null, startedAt: null };
  const engine = awaiting({ completedAfter, syncs: [snapshotOf('lake', { running })] });
  for (const pause of [1_000, 2_000, 4_000]) {
    engine.answer('search', () => ({ found: { ...running, ended: false } }));
    engine.ended('lake', 'old', { completedAt: completedAfter });
    expect([engine.isDone, engine.open, engine.wakeAt]).toEqual([false, [], engine.now + pause]);
    expect(progressOf(engine)).toMatchObject({ phase: 'waitingForOther' });
    engine.passTo(engine.now + pause);
    expect(engine.open).toMatchObject([{ type: 'search', request: { endedAfter: completedAfter, inProgress: [] } }]);
  }
  engine.answer('search', () => ({ found: { ...running, executionId: 'new', ended: false } }));
  engine.ended('lake', 'new', { completedAt: new Date(began + 1).toISOString() });
  expect(engine.state.single).toMatchObject({ result: { outcome: 'completed', executionId: 'new' } });
});

it.each([
  ['search', {}],
  ['catchUp', { caughtUpWithinMs: minute }],
] as const)('a %s that nobody took waits for the name of the current queue', (type, asked) => {
  const engine = awaiting(asked);
  engine.notPickedUp(type);
  expect(engine.open.map((command) => command.type)).toEqual(['setup']);
  engine.answer('setup', () => ({ ...prepared.setup, waitTaskQueue: 'current' }));
  expect(engine.open).toMatchObject([{ type, place: { setup: { waitTaskQueue: 'current' } } }]);
});

describe('caughtUpWithin', () => {
  const caughtUp = { status: 'ok', positionTime: new Date(began).toISOString(), lagMs: 1_000 };

  it('waits for the ingestion and for no run', () => {
    const engine = awaiting({ caughtUpWithinMs: minute });
    expect(progressOf(engine)).toMatchObject({ phase: 'catchingUp', syncId: 'lake' });
    expect(engine.open).toMatchObject([
      { type: 'catchUp', request: { organization: 'default', syncId: 'lake', withinMs: minute, waitForMs: null } },
    ]);
    engine.answer('catchUp', () => ({ caughtUp }));
    expect(engine.isDone).toBe(true);
    expect(engine.state.single).toMatchObject({
      result: { outcome: 'completed', executionId: null, ingestion: caughtUp, attached: true },
    });
  });

  it('waits on after an answer without an end, and after a wait that nobody took', () => {
    const engine = awaiting({ caughtUpWithinMs: minute });
    engine.answer('catchUp', () => ({ caughtUp: null }));
    engine.passTo(engine.wakeAt ?? 0);
    engine.notPickedUp('catchUp');
    engine.answer('setup', () => prepared.setup);
    expect(engine.count('catchUp')).toBe(1);
  });

  it('is late after a time, and over when the time is up, with nothing cancelled', () => {
    const engine = awaiting({ caughtUpWithinMs: minute });
    engine.passTo(began + 60 * minute);
    expect([engine.isDone, engine.count('cancel')]).toEqual([true, 0]);
    expect(engine.state.single).toMatchObject({ result: { outcome: 'timedOut', executionId: null } });
    const late = awaiting({
      caughtUpWithinMs: minute,
      options: options({ timeoutMs: 60 * minute, warnAfter: { ms: minute } }),
    });
    late.passTo(began + minute);
    expect(progressOf(late)).toMatchObject({ phase: 'catchingUp', late: true });
  });
});
