/** A failure of a single run names what had been started before. */
import { describe, expect, it } from '@jest/globals';
import { resultOf } from '../../../../src/rules/result-of';
import { singleResult } from '../../../../src/workflows/engine/results';
import { single, type Engine } from './engine-by-hand';

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

it('a run that was never started is not named', () => {
  const engine = single({});
  engine.answer('start', () => [{ type: 'refused', failure: notFound }]);
  expect(resultOf(failureOf(engine))).toBeNull();
});
