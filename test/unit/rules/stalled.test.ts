import { describe, expect, it } from '@jest/globals';
import { countsFingerprint } from '../../../src/rules/stalled';
import { completed, counts } from './fixtures';

const schema = { schema: 'a', status: 'running', records: 3, errors: 0, warnings: 0, message: null };
const { ending: _ending, ...ended } = completed();
const running = { ...ended, status: 'running', phase: 'running' as const, records: counts({ total: 3 }) };

describe('countsFingerprint', () => {
  it('is the same for the same counts, and another one for any that differs', () => {
    const reads = [
      running,
      { ...running, records: counts({ total: 4 }) },
      { ...running, records: counts({ total: 3, warnings: 1 }) },
      { ...running, status: 'exporting' },
      { ...running, schemas: [schema] },
      { ...running, schemas: [{ ...schema, status: 'completed' }] },
      { ...running, schemas: [{ ...schema, errors: 1 }] },
    ];
    const prints = reads.map(countsFingerprint);
    expect(new Set(prints).size).toBe(reads.length);
    expect(reads.map((read) => countsFingerprint({ ...read, errors: ['other words'] }))).toEqual(prints);
  });

  it('is the same in whatever order Polytomic tells the schemas', () => {
    const schemas = ['a', 'b', 'c'].map((one, at) => ({ ...schema, schema: one, records: at }));
    const [one, other] = [schemas, schemas.toReversed()].map((list) =>
      countsFingerprint({ ...running, schemas: list }),
    );
    expect(one).toBe(other);
  });

  it.each([
    ['has no counts yet', { records: counts({ total: 0, inserted: 0 }) }],
    ['reports none', { records: counts({}) }],
    ['is queued', { phase: 'waiting' as const, status: 'queued' }],
    ['is being cancelled', { status: 'canceling' }],
    ['has completed, as it says', { status: 'completed' }],
    ['has ended', { phase: 'ended' as const }],
  ])('is null where the run %s', (_name, some) => {
    expect(countsFingerprint({ ...running, ...some })).toBeNull();
  });
});
