/** What search attributes and memo say of the engine's state. */
import { describe, expect, it } from '@jest/globals';
import { noOutcomes } from '../../../../src/rules/fan-out-tally';
import { newGraphQueue, newListQueue } from '../../../../src/workflows/engine/queue';
import { newState, newWishes, type EngineState } from '../../../../src/workflows/engine/state';
import { summaryOf, visibilityOf } from '../../../../src/workflows/engine/visibility';
import { prepared, resultOf } from '../support';

function many(change: (state: EngineState) => void = () => undefined): EngineState {
  const base = { mode: 'many', base: 'b', began: 0, prepared, wishes: newWishes() } as const;
  const state = newState({ ...base, queue: newListQueue() });
  change(state);
  return state;
}

function single(change: (state: EngineState) => void): EngineState {
  const base = { mode: 'single', base: 'b', began: 0 } as const;
  const only = { ...prepared, syncIds: ['a'] };
  const state = newState({ ...base, prepared: only, wishes: newWishes(), queue: { type: 'none' } });
  change(state);
  return state;
}

const closing = (reason: 'cancel' | 'timeout'): EngineState['closing'] => ({
  reason,
  verdict: { outcome: 'canceled' },
});

const late = { ...noOutcomes(), completed: 1, timedOut: 1 };

describe('the outcome', () => {
  it.each<[string, EngineState, string]>([
    ['nothing to do', many(), 'completed'],
    ['some records rejected', many(({ counts }) => (counts.completedWithErrors = 1)), 'completedWithErrors'],
    ['some failed', many(({ counts }) => Object.assign(counts, { completed: 1, timedOut: 1 })), 'partiallyFailed'],
    ['all failed', many(({ counts }) => (counts.failed = 2)), 'failed'],
    ['out of time', many((state) => (state.closing = closing('timeout'))), 'timedOut'],
    [
      'out of time, as all of its runs completed',
      many((state) => {
        state.closing = closing('timeout');
        Object.assign(state.queue, { total: 2 });
        state.counts.completed = 2;
      }),
      'completed',
    ],
    ['cut short', many((state) => Object.assign(state, { closing: closing('timeout'), counts: late })), 'timedOut'],
    ['cancelled', many((state) => (state.closing = closing('cancel'))), 'canceled'],
    ['a run', single((state) => (state.single = { result: resultOf('partiallyFailed') })), 'partiallyFailed'],
    ['a run cancelled in the end', single((state) => (state.closing = closing('cancel'))), 'canceled'],
    [
      'a run that could not start',
      single((state) => (state.single = { failure: { type: 't', message: 'm', nonRetryable: true } })),
      'failed',
    ],
  ])('of %s', (_what, state, outcome) => {
    expect(visibilityOf(state, false).outcome).toBeNull();
    expect(visibilityOf(state, true).outcome).toBe(outcome);
  });
});

describe('the syncs', () => {
  const steps = (count: number, id = 'sync-') =>
    Array.from({ length: count }, (_, at) => ({
      ...{ id: `step-${at}`, kind: 'bulk' as const, syncId: `${id}${at}` },
      ...{ after: [], start: {}, ifInactive: 'run' as const },
    }));

  it('are those of a pipeline, unless more than fit', () => {
    const of = (count: number, id?: string): string[] =>
      visibilityOf(
        many((state) => (state.queue = newGraphQueue(steps(count, id)))),
        false,
      ).syncIds;
    expect(of(2)).toEqual(['sync-0', 'sync-1']);
    expect(of(50)).toHaveLength(50);
    expect(of(51)).toEqual([]);
    expect(of(50, 'x'.repeat(34))).toHaveLength(50);
    expect([of(20, 'x'.repeat(200)), of(10, '同'.repeat(100))]).toEqual([[], []]);
  });

  it('is the one that is run', () => {
    expect(
      visibilityOf(
        single(() => undefined),
        false,
      ).syncIds,
    ).toEqual(['a']);
  });
});

describe('the summary', () => {
  it('holds no text of errors', () => {
    const result = { ...resultOf('failed'), errors: ['row 7 of ada@example.com'], reason: 'x' };
    expect(JSON.stringify(summaryOf(single((state) => (state.single = { result }))))).not.toMatch(/ada|"x"/);
  });

  it('tells the type of the failure where no run came to a result, and none of its words', () => {
    const failure = { type: 'polytomic.NotFound', message: 'ada@example.com', nonRetryable: true };
    const summary = summaryOf(single((state) => (state.single = { failure })));
    expect(summary).toEqual({ outcome: 'failed', executionId: null, failureType: 'polytomic.NotFound' });
  });
});
