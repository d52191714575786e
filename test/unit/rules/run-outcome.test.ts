import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSuccess, judgeRun } from '../../../src/rules/run-outcome';
import { completed, counts, options } from './fixtures';

const judge = (execution: Parameters<typeof judgeRun>[0], limits = {}) => judgeRun(execution, options(limits));

describe('judgeRun', () => {
  it('calls a completed execution without errors completed', () => {
    expect(judge(completed())).toEqual({ outcome: 'completed' });
  });

  it('calls a completed execution with some rejected records completedWithErrors, which is a success', () => {
    const { outcome } = judge(completed({ records: counts({ total: 100, inserted: 95, errors: 5 }) }));
    expect(outcome).toBe('completedWithErrors');
    expect(isSuccess(outcome)).toBe(true);
  });

  it('takes a message of a completed execution as a sign of trouble, though no record count tells of any', () => {
    expect(judge(completed({ errors: ['something went wrong'] })).outcome).toBe('completedWithErrors');
  });

  it.each([
    ['all of the reported total', counts({ total: 5, errors: 5 })],
    ['more than a total that leaves rejected records out', counts({ total: 0, errors: 5 })],
  ])('fails a completed execution whose every record was rejected: %s', (_name, records) => {
    const verdict = judge(completed({ records }));
    expect(verdict.outcome).toBe('failed');
    expect(verdict.reason).toContain('every record was rejected');
  });

  it('does not call every record rejected where one was written', () => {
    expect(judge(completed({ records: counts({ total: 5, errors: 5, inserted: 1 }) })).outcome).toBe(
      'completedWithErrors',
    );
  });

  it.each([
    [{ maxErrorRecords: 4 }, 'maxErrorRecords 4'],
    [{ maxErrorRatio: 0.04 }, 'maxErrorRatio 0.04'],
    [{ minRecords: 101 }, 'minRecords 101'],
  ])('fails a completed execution over the limit %j and names the limit', (limits, named) => {
    const verdict = judge(completed({ records: counts({ total: 100, inserted: 95, errors: 5 }) }), limits);
    expect(verdict.outcome).toBe('failed');
    expect(verdict.reason).toContain(named);
  });

  it.each([{ maxErrorRecords: 5 }, { maxErrorRatio: 0.05 }, { minRecords: 100 }])(
    'lets the limit %j itself pass',
    (limits) => {
      expect(judge(completed({ records: counts({ total: 100, inserted: 95, errors: 5 }) }), limits).outcome).toBe(
        'completedWithErrors',
      );
    },
  );

  it('fails minRecords where no count is reported, as nothing proves it', () => {
    expect(judge(completed({ records: counts({}) }), { minRecords: 1 }).outcome).toBe('failed');
  });

  it('calls a completed execution with a failed schema partiallyFailed, and one with only failed schemas failed', () => {
    expect(judge(completed({ schemaCounts: { total: 3, failed: 1 } })).outcome).toBe('partiallyFailed');
    expect(judge(completed({ schemaCounts: { total: 3, failed: 3 } })).outcome).toBe('failed');
  });

  it('names schemas that were still in progress as the reason', () => {
    const run = completed({ schemaCounts: { total: 3, failed: 2 }, unendedSchemas: 1 });
    expect(judge(run)).toEqual({
      outcome: 'partiallyFailed',
      reason: '2 of 3 schemas failed, 1 of them still in progress',
    });
  });

  it.each([
    ['failed', 'failed'],
    ['partial', 'partiallyFailed'],
    ['canceled', 'canceled'],
    ['unknown', 'failed'],
  ] as const)('judges the ending %s as %s', (ending, outcome) => {
    expect(judge(completed({ ending })).outcome).toBe(outcome);
  });

  it('never calls anything but a completed ending a success', () => {
    const ending = fc.constantFrom('partial', 'failed', 'canceled', 'unknown', undefined);
    const errors = fc.option(fc.nat());
    fc.assert(
      fc.property(ending, errors, fc.nat(), (end, rejected, total) => {
        const execution = completed({ records: counts({ total, errors: rejected }) });
        if (end) execution.ending = end;
        else delete execution.ending;
        expect(isSuccess(judge(execution).outcome)).toBe(false);
      }),
    );
  });
});

describe('warnings, and errors that are not counted', () => {
  const limits = { maxErrorRecords: null, maxErrorRatio: null, minRecords: null };

  it('counts more warnings than maxWarnings as a failure, and unreported ones as none', () => {
    const outcomeOf = (warnings: number | null) =>
      judgeRun(completed({ records: counts({ total: 9, errors: 0, warnings }) }), { ...limits, maxWarnings: 2 });
    expect([2, null].map((warnings) => outcomeOf(warnings).outcome)).toEqual(['completed', 'completed']);
    expect(outcomeOf(3)).toEqual({ outcome: 'failed', reason: '3 warnings, more than maxWarnings 2' });
  });

  it.each([
    ['a status that says so', { status: 'completed_with_errors', records: counts({ total: 9, errors: 0 }) }],
    ['messages, and no count', { errors: ['refused'], records: counts({ total: 9 }) }],
  ])('tells apart a run that completed with errors of which no count is reported: %s', (_name, some) => {
    const uncounted = expect.stringContaining('does not report how many');
    expect(judgeRun(completed(some), limits)).toEqual({ outcome: 'completedWithErrors', reason: uncounted });
    for (const limit of ['maxErrorRecords', 'maxErrorRatio'] as const) {
      const reason = expect.stringContaining(`${limit} cannot be checked`);
      expect(judgeRun(completed(some), { ...limits, [limit]: 0.5 })).toEqual({ outcome: 'failed', reason });
    }
  });

  it('says nothing of that where the count is reported', () => {
    const some = { status: 'completed_with_errors', records: counts({ total: 9, errors: 2 }) };
    expect(judgeRun(completed(some), { ...limits, maxErrorRecords: 2 })).toEqual({ outcome: 'completedWithErrors' });
  });
});
