/** What each kind's statuses mean, and how much of an execution is kept. */
import { describe, expect, it } from '@jest/globals';
import {
  failedSchemasOf,
  toBulkExecution,
  shapeOf,
  type WireBulkExecution,
} from '../../../src/executions/bulk-executions';
import { toModelExecution } from '../../../src/executions/model-executions';
import { isUncertain, withGrace } from '../../../src/executions/uncertain-end';
import { at, run, startOfTest } from './support/scripted-adapter';

const ref = { syncId: 'sync-1', executionId: 'run-1' };
const kinds = { model: toModelExecution, bulk: toBulkExecution };
const endedAt = '2026-03-01T12:00:05Z';

describe.each(['model', 'bulk'] as const)('statuses of a %s execution', (kind) => {
  const read = (status: string | null, completedAt: string | null): { phase: string; ending?: string } =>
    kinds[kind](ref, { status, completed_at: completedAt });

  it.each(['completed', 'canceled', 'failed'])('say that "%s" has ended, with or without its time', (status) => {
    expect(read(status, null)).toMatchObject({ phase: 'ended', ending: status });
    expect(read(status, endedAt)).toMatchObject({ phase: 'ended', ending: status });
  });

  it.each(['created', 'scheduled'])('say that "%s" waits, even beside a completed_at', (status) => {
    expect(read(status, null).phase).toBe('waiting');
    expect(read(status, endedAt).phase).toBe('waiting');
  });

  it.each(['running', 'processing', 'canceling'])('say that "%s" runs, even beside a completed_at', (status) => {
    expect(read(status, null).phase).toBe('running');
    expect(read(status, endedAt)).not.toHaveProperty('ending');
  });

  it('wait on a status that nobody knows until completed_at is set, and then call the end unknown', () => {
    expect(read('frobnicating', null)).toMatchObject({ status: 'frobnicating', phase: 'running' });
    expect(read('frobnicating', endedAt)).toMatchObject({ phase: 'ended', ending: 'unknown' });
    expect(read('constructor', endedAt)).toMatchObject({ phase: 'ended', ending: 'unknown' });
    expect(read(null, null)).toMatchObject({ status: 'unknown', phase: 'running' });
  });

  it.each(['soon', '', '2026-13-45', 7 as unknown as string, `${endedAt}${' '.repeat(100)}`])(
    'take %j for no time: nothing is known of when the run was created, began and ended',
    (time) => {
      const wire = { status: 'frobnicating', created_at: time, started_at: time, completed_at: time };
      const unknown = { createdAt: null, startedAt: null, completedAt: null };
      expect(kinds[kind](ref, wire)).toMatchObject({ ...unknown, phase: 'running' });
      expect(kinds[kind](ref, { ...wire, status: 'completed' })).toMatchObject({ ...unknown, phase: 'ended' });
    },
  );

  it('call "interrupted" a failure and "errors" partial, once completed_at is set and not before', () => {
    expect(read('interrupted', null).phase).toBe('running');
    expect(read('interrupted', endedAt)).toMatchObject({ phase: 'ended', ending: 'failed' });
    expect(read('errors', null).phase).toBe('running');
    expect(read('errors', endedAt)).toMatchObject({ phase: 'ended', ending: 'partial' });
  });
});

describe('statuses that only one kind has', () => {
  it('are in progress there', () => {
    expect(toModelExecution(ref, { status: 'queued', completed_at: endedAt }).phase).toBe('waiting');
    expect(toModelExecution(ref, { status: 'waiting', completed_at: endedAt }).phase).toBe('waiting');
    expect(toBulkExecution(ref, { status: 'exporting', completed_at: endedAt }).phase).toBe('running');
  });
});

describe('an uncertain end', () => {
  const interrupted = run('run-1', { status: 'interrupted' });

  it('counts as the end after two minutes in that status', () => {
    expect(isUncertain(interrupted)).toBe(true);
    expect(withGrace(interrupted, startOfTest, startOfTest + 119_999)).toBe(interrupted);
    expect(withGrace(interrupted, startOfTest, startOfTest + 120_000)).toEqual({
      ...interrupted,
      phase: 'ended',
      ending: 'failed',
    });
  });

  it('is not one before it was first seen, nor in any other status', () => {
    expect(withGrace(interrupted, null, startOfTest + 999_999)).toBe(interrupted);
    const running = run('run-1');
    expect(isUncertain(running)).toBe(false);
    expect(withGrace(running, startOfTest, startOfTest + 999_999)).toBe(running);
  });

  it('is a completed run with schemas in progress for half a minute', () => {
    const read = toBulkExecution(ref, { status: 'completed', schemas: [{ schema: 'late', status: 'running' }] });
    expect(isUncertain(read)).toBe(true);
    const early = withGrace(read, startOfTest, startOfTest + 29_999);
    expect(early).toMatchObject({ status: 'completed', phase: 'running' });
    expect(early).not.toHaveProperty('ending');
    expect(withGrace(read, startOfTest, startOfTest + 30_000)).toBe(read);
  });

  it('needs no patience once the execution has its end', () => {
    expect(isUncertain(toModelExecution(ref, { status: 'interrupted', completed_at: endedAt }))).toBe(false);
  });
});

describe('a model execution', () => {
  it('has the counts that were reported, and null for the others', () => {
    const counts = { insert: 1, update: 2, upserts: 3, delete: 4, error: 5, total: 15 };
    expect(toModelExecution(ref, { status: 'completed', counts }).records).toEqual({
      ...{ total: 15, inserted: 1, updated: 2, upserted: 3, deleted: 4, errors: 5 },
      warnings: null,
    });
    expect(toModelExecution(ref, { status: 'completed' }).records.total).toBeNull();
  });

  it('keeps the first 20 messages, 500 characters each', () => {
    const errors = ['', ...Array.from({ length: 30 }, (_, index) => `${index} ${'x'.repeat(600)}`)];
    const kept = toModelExecution(ref, { status: 'failed', errors }).errors;
    expect(kept).toHaveLength(20);
    expect(kept[0]).toHaveLength(500);
    expect(kept[19]).toMatch(/^19 /);
  });
});

describe('a bulk execution', () => {
  const schema = (name: string, fields: object = {}): NonNullable<WireBulkExecution['schemas']>[number] => ({
    schema: name,
    status: 'completed',
    record_count: 10,
    ...fields,
  });

  it('has the rejected records and warnings of its schemas where the run itself counts fewer', () => {
    const schemas = [schema('one', { error_count: 3 }), schema('two', { error_count: 1, warning_count: 2 })];
    const read = (wire: WireBulkExecution) => toBulkExecution(ref, { status: 'completed', schemas, ...wire }).records;
    expect(read({ record_count: 5, error_count: 0, warning_count: 0 })).toMatchObject({
      ...{ total: 5, errors: 4, warnings: 2 },
    });
    expect(read({ error_count: 9 })).toMatchObject({ total: 20, errors: 9, warnings: 2 });
    expect(read({ schemas: [schema('one')], error_count: 0 })).toMatchObject({ errors: 0, warnings: null });
  });

  it('completes as such with failed schemas, which it counts and names', () => {
    const schemas = [
      schema('good'),
      schema('late', { status: 'running' }),
      schema('bad', { status: 'failed', status_message: 'no such table' }),
      schema('cut', { status: 'interrupted' }),
      schema('stopped', { status: 'canceled' }),
      schema('odd', { error_count: 2 }),
    ];
    const execution = toBulkExecution(ref, { status: 'completed', schemas });
    expect(execution).toMatchObject({ ending: 'completed', schemaCounts: { total: 6, failed: 4 } });
    expect(execution.failedSchemas).toEqual(['late', 'bad', 'cut', 'stopped']);
    expect(execution.schemas?.map((one) => one.schema)).toEqual(['late', 'bad', 'cut', 'stopped', 'odd', 'good']);
    expect(execution.schemas?.[1]).toEqual({
      ...{ schema: 'bad', status: 'failed', failed: true, records: 10, errors: 0, warnings: 0 },
      message: 'no such table',
    });
  });

  it.each(['created', 'scheduled', 'running', 'processing', 'exporting'])(
    'does not call a schema that is "%s" failed, unless the run has completed',
    (status) => {
      const schemas = [schema('good'), schema('late', { status })];
      const running = toBulkExecution(ref, { status: 'running', schemas });
      expect(running.schemas?.find((one) => one.schema === 'late')).not.toHaveProperty('failed');
      const wire = { status: 'completed', schemas };
      const execution = toBulkExecution(ref, wire);
      expect(execution).toMatchObject({ unendedSchemas: 1, failedSchemas: ['late'], failedRecords: { total: 10 } });
      expect(failedSchemasOf(wire)).toEqual(['late']);
    },
  );

  it.each([
    ['without a status', { status: null }],
    ['without a status, but with an end', { status: null, completed_at: endedAt }],
    ['with a status that nobody knows', { status: 'resting' }],
  ])('counts a schema %s as the completed run does', (_name, fields) => {
    const execution = toBulkExecution(ref, { status: 'completed', schemas: [schema('good'), schema('odd', fields)] });
    expect(execution.schemaCounts).toEqual({ total: 2, failed: 0 });
    expect(isUncertain(execution)).toBe(false);
  });

  it('keeps 100 schemas of thousands, bad ones first, and exact counts', () => {
    const schemas = Array.from({ length: 5_000 }, (_, index) =>
      schema(`s${index}`, { status: index % 3 === 0 ? 'failed' : 'completed' }),
    );
    const execution = toBulkExecution(ref, { status: 'completed', schemas });
    expect(execution.schemas).toHaveLength(100);
    expect(execution.schemas?.every(({ failed }) => failed)).toBe(true);
    expect(execution.schemaCounts).toEqual({ total: 5_000, failed: 1_667 });
    expect(execution.records.total).toBe(50_000);
    expect(execution.failedRecords).toEqual({ total: 16_670, errors: 0, warnings: 0 });
  });

  it('names all failed schemas or none, as a re-run of some would leave the others behind', () => {
    const failed = (count: number, name = 's') =>
      Array.from({ length: count }, (_, index) => schema(`${name}${index}`, { status: 'failed' }));
    expect(toBulkExecution(ref, { status: 'completed', schemas: failed(1_000) }).failedSchemas).toHaveLength(1_000);
    expect(toBulkExecution(ref, { status: 'completed', schemas: failed(1_001) })).not.toHaveProperty('failedSchemas');
    const long = failed(1_000, 'x'.repeat(100));
    expect(toBulkExecution(ref, { status: 'completed', schemas: long })).not.toHaveProperty('failedSchemas');
  });

  it('counts a failed schema without a name, and leaves it out of those to run again', () => {
    const schemas = [null, '', 'b'].map((name) => ({ schema: name, status: 'failed' }));
    const execution = toBulkExecution(ref, { status: 'completed', schemas });
    expect(execution).toMatchObject({ schemaCounts: { total: 3, failed: 3 }, failedSchemas: ['b'] });
    expect(failedSchemasOf({ status: 'completed', schemas })).toEqual(['b']);
  });

  it('keeps fewer schemas where their messages are larger in a history than they look', () => {
    const schemas = Array.from({ length: 100 }, (_, index) =>
      schema(`s${index}`, { status: 'failed', status_message: '\u0001'.repeat(500) }),
    );
    const kept = toBulkExecution(ref, { status: 'completed', schemas }).schemas ?? [];
    expect(kept.length).toBeGreaterThan(10);
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(81 * 1024);
  });

  it('prefers the run’s own counts to the sums over its schemas', () => {
    const schemas = [schema('a', { error_count: 1 }), schema('b', { warning_count: 2 })];
    const { records } = toBulkExecution(ref, { status: 'completed', record_count: 7, schemas });
    expect(records).toMatchObject({ total: 7, errors: 1, warnings: 2, inserted: null });
    expect(toBulkExecution(ref, { status: 'completed' }).records).toMatchObject({ total: null, errors: null });
  });

  it('reports no count where neither the run nor any of its schemas does', () => {
    const schemas = [
      { schema: 'a', status: 'completed' },
      { schema: 'b', status: 'completed', record_count: 3 },
    ];
    expect(toBulkExecution(ref, { status: 'completed', schemas }).records).toMatchObject({ total: 3, errors: null });
    expect(toBulkExecution(ref, { status: 'completed', schemas: [] }).records).toMatchObject({ total: null });
  });

  it('takes the run’s message for an error only where it did not succeed', () => {
    expect(toBulkExecution(ref, { status: 'failed', status_message: 'lag' }).errors).toEqual(['lag']);
    expect(toBulkExecution(ref, { status: 'completed', status_message: 'fine' }).errors).toEqual([]);
    expect(toBulkExecution(ref, { status: 'running', status_message: 'halfway' }).errors).toEqual([]);
  });

  it('tells the shape of its start, with the schemas of a partial run', () => {
    const partial = { is_partial: true, is_test: false, schemas: [schema('a'), schema('b')] };
    expect(shapeOf(partial)).toEqual({
      shape: { isTest: false, isResync: false, isPartial: true, schemas: ['a', 'b'] },
    });
    expect(shapeOf({ is_resync: true, schemas: [schema('a')] })).toEqual({
      shape: { isTest: false, isResync: true, isPartial: false },
    });
    expect(shapeOf({ status: 'created' })).toEqual({});
  });

  it('is read with every field missing', () => {
    expect(toBulkExecution(ref, {})).toMatchObject({ status: 'unknown', phase: 'running', createdAt: null });
    expect(toModelExecution(ref, {})).toMatchObject({ status: 'unknown', createdAt: null, errors: [] });
    expect(toModelExecution(ref, { created_at: at(0) }).createdAt).toBe(at(0));
  });
});
