/** What a row of the batch status is good for before a start. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batchStanding } from '../../../src/executions/batch-standing';
import { batchBulkSnapshot, batchModelSnapshot } from '../../../src/executions/batch-snapshot';
import type { BulkSyncBatchStatus } from '../../../src/polytomic/operations/bulk-sync/answers';

const source = {
  syncId: 'lake',
  sync: { name: 'Lake', active: true, problems: [] },
  serverTime: Date.parse('2026-11-22T10:00:00Z'),
};

type Schema = NonNullable<BulkSyncBatchStatus['schemas']>[number];

/** A schema whose newest run took from one minute past nine to another. */
const schema = (id: string, minutes: [number, number], some: Partial<Schema> = {}): Schema => {
  const [started_at, completed_at] = minutes.map((minute) => `2026-11-22T09:0${minute}:00Z`);
  return { schema: 'users', execution_id: id, status: 'completed', started_at, completed_at, ...some };
};

const before = (status: string | undefined, schemas: Schema[] | null) =>
  batchBulkSnapshot(source, { sync_id: 'lake', status, schemas });

describe('batchStanding', () => {
  it.each<[string, BulkSyncBatchStatus, string]>([
    ['never ran', { status: undefined, schemas: null }, 'idle'],
    ['never ran, though its schemas are named', { schemas: [{ schema: 'users' }] }, 'idle'],
    ['ended', { status: 'completed', schemas: [schema('a', [0, 1])] }, 'idle'],
    [
      'was interrupted in one schema, with an end',
      { status: 'failed', schemas: [schema('a', [0, 1], { status: 'interrupted' })] },
      'idle',
    ],
    ['runs', { status: 'running', schemas: [] }, 'running'],
    ['is being cancelled', { status: 'canceling', schemas: [] }, 'running'],
    [
      'ended, while a schema runs again',
      { status: 'completed', schemas: [schema('b', [0, 1], { status: 'running' })] },
      'running',
    ],
    ['stands where nobody knows whether it ended', { status: 'interrupted', schemas: [] }, 'unclear'],
    ['has a status that nobody knows', { status: 'pondering', schemas: [] }, 'unclear'],
    ['has runs and tells no status', { schemas: [schema('a', [0, 1])] }, 'unclear'],
  ])('says of a sync that %s', (_name, row, standing) => {
    expect(batchStanding(row)).toBe(standing);
  });
});

describe('batchBulkSnapshot', () => {
  it('names the newest run, and its time as the usual one where all schemas took part', () => {
    expect(before('completed', [schema('a', [1, 3]), schema('a', [0, 2])])).toEqual({
      kind: 'bulk',
      syncId: 'lake',
      name: 'Lake',
      active: true,
      problems: [],
      newest: { executionId: 'a', createdAt: null },
      running: null,
      usual: { medianMs: 180_000, sigma: 0, runs: 1 },
      serverTime: '2026-11-22T10:00:00.000Z',
    });
  });

  it('names the newest of several runs, none of which tells the usual time', () => {
    expect(before('completed', [schema('a', [0, 1]), schema('b', [3, 4])])).toMatchObject({
      newest: { executionId: 'b' },
      usual: null,
    });
  });

  it('learns no time from a run that did not complete, or does not tell its times', () => {
    expect(before('failed', [schema('a', [0, 1], { status: 'failed' })])?.usual).toBeNull();
    expect(before('completed', [schema('a', [0, 1], { started_at: null })])?.usual).toBeNull();
  });

  it('is none wherever something runs or may run', () => {
    const status = fc.constantFrom('completed', 'failed', 'canceled', 'running', 'errors', 'pondering', undefined);
    const row = fc.record({
      status,
      schemas: fc.array(fc.record({ execution_id: fc.constantFrom('a', 'b', undefined), status }), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(row, (one) => {
        const ended = [one.status, ...one.schemas.map((each) => each.status)].every(
          (each) => each === undefined || ['completed', 'failed', 'canceled'].includes(each),
        );
        if (!ended) expect(batchBulkSnapshot(source, one)).toBeUndefined();
      }),
    );
  });
});

describe('batchModelSnapshot', () => {
  it('knows of no run, as none was read', () => {
    expect(batchModelSnapshot(source)).toMatchObject({ kind: 'model', newest: null, running: null, usual: null });
  });
});
