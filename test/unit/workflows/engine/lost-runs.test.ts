/** A failure of a single run names what had been started before. */
import { describe, expect, it } from '@jest/globals';
import { resultOf } from '../../../../src/rules/result-of';
import { singleResult } from '../../../../src/workflows/engine/results';
import { beginAwait, beginRun } from '../../../../src/workflows/engine/begin';
import { newWishes } from '../../../../src/workflows/engine/state';
import { prepared } from '../support';
import { Engine, single } from './engine-by-hand';
import { began } from './support';

const notFound = { type: 'polytomic.NotFound', message: 'HTTP 404', nonRetryable: true };

const failureOf = ({ state }: Engine): unknown => {
  try {
    return singleResult(state);
  } catch (error) {
    return error;
  }
};

/** The run cannot be read any more. */
function lose(engine: Engine, executionId: string): void {
  const lost = { state: 'lost', executionId, syncId: 'lake', kind: 'bulk', failure: notFound };
  engine.answer('wait', () => ({ settled: [lost], upNext: [] }));
}

describe('a run that cannot be read any more', () => {
  it('is named by the failure', () => {
    const engine = single({});
    engine.started();
    lose(engine, 'run-1');
    const failure = failureOf(engine);
    expect(failure).toMatchObject({ type: 'polytomic.NotFound', message: 'HTTP 404' });
    expect(resultOf(failure)).toMatchObject({ syncId: 'lake', executionId: 'run-1', outcome: 'failed', status: null });
  });

  it('is named after those that ended before it', () => {
    const engine = single({ retryFailedSchemas: 1 });
    engine.started();
    engine.ended('lake', 'run-1', { schemaCounts: { total: 2, failed: 1 }, failedSchemas: ['b'] });
    engine.read('lake');
    engine.started();
    lose(engine, 'run-2');
    expect(resultOf(failureOf(engine))).toMatchObject({
      ...{ executionId: 'run-2', executions: ['run-1', 'run-2'], outcome: 'failed', status: null },
      ...{ schemaCounts: { total: 2, failed: 1 }, reason: 'polytomic.NotFound: HTTP 404' },
    });
  });
});

it('a failed attempt is named when no other can be started', () => {
  const engine = single({ retry: { attempts: 2, delayMs: 1_000, on: ['failed'] } });
  engine.started();
  engine.ended('lake', 'run-1', { status: 'failed', ending: 'failed' });
  engine.passTo(engine.now + 1_000);
  engine.read('lake');
  engine.answer('start', () => [{ type: 'refused', failure: { ...notFound, type: 'polytomic.Forbidden' } }]);
  const failure = failureOf(engine);
  expect(failure).toMatchObject({ type: 'polytomic.Forbidden' });
  expect(resultOf(failure)).toMatchObject({ executionId: 'run-1', attempts: 2 });
});

it('a run that was never started has a result that names none', () => {
  for (const onFailure of ['throw', 'return'] as const) {
    const engine = single({ onFailure });
    engine.answer('start', () => [{ type: 'refused', failure: notFound }]);
    const failure = failureOf(engine);
    expect(failure).toMatchObject({ type: 'polytomic.NotFound', message: 'HTTP 404' });
    expect(resultOf(failure)).toMatchObject({
      ...{ kind: 'bulk', organization: 'default', syncId: 'lake', name: 'Sync lake', executionId: null },
      ...{ outcome: 'failed', status: null, attached: false, reason: 'polytomic.NotFound: HTTP 404' },
    });
  }
});

describe('a sync that cannot be started', () => {
  const theirs = { executionId: 'theirs', status: 'running', createdAt: null, startedAt: null };
  const problems = [{ code: 'broken', message: 'a field is gone' }];

  it.each([
    ['SyncInactive', { ifInactive: 'fail' }, { active: false }, { executionId: null }],
    ['SyncHasProblems', {}, { problems }, { executionId: null, problems }],
    ['SyncAlreadyRunning', { ifRunning: 'fail' }, { running: theirs }, { executionId: 'theirs', attached: true }],
  ] as const)('fails as %s with its result, and what else there is to say', (type, some, first, told) => {
    const engine = single(some, first as Parameters<typeof single>[1]);
    const failure = failureOf(engine);
    expect(failure).toMatchObject({ type: `polytomic.${type}`, details: [told] });
    expect(resultOf(failure)).toMatchObject({ syncId: 'lake', outcome: 'failed', records: { total: null } });
  });
});

describe('a sync that cannot be read', () => {
  const { fanOut: _fanOut, ...one } = prepared;
  const refusal = { type: 'polytomic.Forbidden', message: 'no', nonRetryable: true } as const;
  const unread = { ...one, syncs: [], refusal };
  const beginning = { base: 'key', began, wishes: newWishes() };

  it('fails with its result', () => {
    const engine = new Engine(beginRun({ ...unread, syncIds: ['lake'] }, beginning, began));
    expect(resultOf(failureOf(engine))).toMatchObject({ syncId: 'lake', executionId: null, outcome: 'failed' });
  });

  it('fails with its name where it was to be created', () => {
    const create = { sync: { name: 'Lake' }, namesakes: [] };
    const engine = new Engine(beginRun({ ...unread, create }, beginning, began));
    expect(resultOf(failureOf(engine))).toMatchObject({ syncId: '', name: 'Lake', outcome: 'failed' });
  });

  it('fails with the result of a wait for it', () => {
    const found = { executionId: null, completedAfter: null, serverTimeLagMs: 0 };
    const asked = { ...unread, ...found, syncIds: ['lake'] };
    const engine = new Engine(beginAwait(asked, { ...beginning, waitBegan: began }, began));
    expect(resultOf(failureOf(engine))).toMatchObject({ syncId: 'lake', attached: true, outcome: 'failed' });
  });
});
