/** Many results put together: what is cut, in which order, and that it always fits. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StepResult } from '../../../src/contracts/fan-out-result';
import type { SyncRunResult } from '../../../src/contracts/run-result';
import { fitFailures, fitSteps, noOutcomes, withoutSchemas } from '../../../src/rules/fan-out-tally';
import { unreported } from './fixtures';

function result(syncId: string, some: Partial<SyncRunResult> = {}): SyncRunResult {
  return {
    kind: 'bulk',
    organization: 'default',
    syncId,
    name: 'Lake',
    executionId: `run-of-${syncId}`,
    outcome: 'failed',
    status: 'failed',
    attached: false,
    startedAt: null,
    completedAt: null,
    records: unreported,
    errors: [],
    ...some,
  };
}

const schemas = (count: number, message: string): NonNullable<SyncRunResult['schemas']> =>
  Array.from({ length: count }, (_, index) => {
    const counts = { records: 0, errors: 1, warnings: 0 };
    return { schema: `public.table_${index}`, status: 'failed', message, ...counts };
  });

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** Texts as Polytomic may quote them: long, in any script, with what JSON escapes. */
const texts = fc
  .tuple(fc.constantFrom('a', 'é', '漢', '\u{1f600}', '"', '\u0001', '\ud800'), fc.nat(250))
  .map(([character, length]) => character.repeat(length));
const results = fc
  .array(
    fc.record({
      errors: fc.array(texts, { maxLength: 20 }),
      name: texts,
      reason: texts,
      outcome: fc.constantFrom('failed', 'canceled'),
    }),
    { maxLength: 10 },
  )
  .map((some) =>
    Array.from({ length: some.length * 10 }, (_, index) =>
      result(`sync-${index}`, some[index % some.length] as object),
    ),
  );

describe('fitFailures', () => {
  it('leaves what fits as it is', () => {
    const few = [result('a', { errors: ['x'.repeat(500)] }), result('b')];
    expect(fitFailures(few)).toEqual(few);
  });

  it('cuts messages before anything else', () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      result(`${index}`, { errors: Array(20).fill('x'.repeat(500)) }),
    );
    const fitted = fitFailures(many);
    expect(fitted).toEqual(many.map((one) => ({ ...one, errors: Array(3).fill('x'.repeat(300)) })));
  });

  it('fits any hundred results, each told in its place, with its ids and outcome', () => {
    fc.assert(
      fc.property(results, (all) => {
        const fitted = fitFailures(all);
        expect(bytes(fitted)).toBeLessThanOrEqual(150_000);
        const told = ({ syncId, executionId, outcome }: SyncRunResult) => ({ syncId, executionId, outcome });
        expect(fitted.map(told)).toEqual(all.map(told));
      }),
      { numRuns: 50 },
    );
  });
});

describe('fitSteps', () => {
  const steps = (count: number, some: Partial<StepResult>): Record<string, StepResult> =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`step ${at}`, { ...result(`sync-${at}`), ...some }]));

  it('leaves what fits as it is, schemas included', () => {
    const few = steps(3, { schemas: schemas(3, 'broken'), because: 'step 0' });
    expect(fitSteps(few)).toEqual(few);
  });

  it('cuts schemas first: where the messages fit then, they stay', () => {
    const many = steps(100, { schemas: schemas(100, 'broken'), errors: ['x'.repeat(500)] });
    expect(fitSteps(many)).toEqual(steps(100, { errors: ['x'.repeat(500)] }));
  });

  it('fits any two hundred steps, under their own ids and with what skipped them', () => {
    fc.assert(
      fc.property(results, fc.constantFrom('x', '漢'), (all, character) => {
        const ids = Array.from({ length: all.length * 2 }, (_, at) => `${at}-`.padEnd(100, character));
        const many = Object.fromEntries(
          ids.map((id, at) => [
            id,
            { ...all[at % all.length], because: 'a', schemas: schemas(20, 'broken') } as StepResult,
          ]),
        );
        const fitted = fitSteps(many);
        expect(bytes(fitted)).toBeLessThanOrEqual(256 * 1024);
        expect(Object.keys(fitted)).toEqual(ids);
        expect(Object.values(fitted).every(({ because }) => because === 'a')).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('what a tally begins with', () => {
  it('is none of each outcome', () => {
    expect(Object.values(noOutcomes())).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('loses the schemas of a result and nothing else', () => {
    const whole = result('a', { schemas: schemas(2, 'broken'), schemaCounts: { total: 2, failed: 2 }, errors: ['x'] });
    const { schemas: _schemas, ...rest } = whole;
    expect(withoutSchemas(whole)).toEqual(rest);
  });
});
