import { describe, expect, it } from '@jest/globals';
import type { Execution, SchemaExecution } from '../../../src/contracts/execution';
import { emptyResult, givenUpResult, resultOf } from '../../../src/rules/run-result';
import { completed, counts, options } from './fixtures';

const frame = { kind: 'bulk', organization: 'default', syncId: 'sync', name: 'Lake', attached: false } as const;

function schema(id: string, some: Partial<SchemaExecution> = {}): SchemaExecution {
  return {
    schema: id,
    status: 'completed',
    failed: false,
    records: 10,
    errors: 0,
    warnings: 0,
    message: null,
    ...some,
  };
}

function bulk(schemas: SchemaExecution[], some: Partial<Execution> = {}): Execution {
  const bad = schemas.filter(({ failed }) => failed);
  const sum = (list: SchemaExecution[], name: 'records' | 'errors' | 'warnings') =>
    list.reduce((total, one) => total + one[name], 0);
  return completed({
    kind: 'bulk',
    schemas,
    schemaCounts: { total: schemas.length, failed: bad.length },
    failedSchemas: bad.map((one) => one.schema),
    failedRecords: { total: sum(bad, 'records'), errors: sum(bad, 'errors'), warnings: sum(bad, 'warnings') },
    records: counts({
      total: sum(schemas, 'records'),
      errors: sum(schemas, 'errors'),
      warnings: sum(schemas, 'warnings'),
    }),
    ...some,
  });
}

describe('resultOf', () => {
  it('tells the execution that decided, its counts and no executions list for a single one', () => {
    const result = resultOf(frame, [completed()], options());
    expect(result).toMatchObject({ executionId: 'execution', outcome: 'completed', status: 'completed' });
    expect(result).not.toHaveProperty('executions');
  });

  it('replaces just the failed schemas by their re-run: newest counts per schema, summed, and the last id', () => {
    const first = bulk([schema('a'), schema('b', { failed: true, status: 'failed', records: 3, errors: 3 })], {
      executionId: 'first',
      startedAt: '2026-01-01T00:00:00Z',
    });
    const retry = bulk([schema('b', { records: 7 })], { executionId: 'second' });
    expect(resultOf(frame, [first, retry], options())).toMatchObject({
      outcome: 'completed',
      executionId: 'second',
      executions: ['first', 'second'],
      startedAt: '2026-01-01T00:00:00Z',
      records: { total: 17, errors: 0 },
      schemaCounts: { total: 2, failed: 0 },
    });
  });

  it('sums the newest counts per schema where the run counts otherwise, never below zero', () => {
    const bad = schema('b', { failed: true, status: 'failed', records: 0, errors: 1 });
    const first = bulk([schema('a', { records: 5 }), bad], { records: counts({ total: 10, errors: 0, warnings: 0 }) });
    const again = bulk([schema('b', { records: 8 })], { records: counts({ total: 10, errors: 0, warnings: 0 }) });
    expect(resultOf(frame, [first, again], options()).records).toMatchObject({ total: 13, errors: 0, warnings: 0 });
    const cut = { ...first, schemas: [bad] };
    expect(resultOf(frame, [cut, again], options()).records).toMatchObject({ total: 20, errors: 0 });
  });

  it('keeps the counts of runs whose schemas have none', () => {
    const [first, again] = [
      bulk([schema('a', { records: 0 }), schema('b', { records: 0, failed: true, status: 'failed' })], {
        records: counts({ total: 10 }),
      }),
      bulk([schema('b', { records: 0 })], { records: counts({ total: 4 }) }),
    ];
    expect(resultOf(frame, [first, again], options()).records.total).toBe(14);
  });

  it('stays partiallyFailed when the re-run fails again, with the bad schema first', () => {
    const bad = schema('b', { failed: true, status: 'failed' });
    const result = resultOf(
      frame,
      [bulk([schema('a'), bad]), bulk([bad], { ending: 'failed', status: 'failed' })],
      options(),
    );
    expect(result.outcome).toBe('partiallyFailed');
    expect(result.schemas?.map((one) => one.schema)).toEqual(['b', 'a']);
  });

  it('stays partiallyFailed when a re-run leaves failed schemas out, also after one more', () => {
    const failed = { failed: true, status: 'failed' };
    const first = bulk([schema('a'), schema('b', failed), schema('c', failed), schema('d', failed)]);
    const outcomes = (...retries: Execution[]) => resultOf(frame, [first, ...retries], options());
    expect(outcomes(bulk([schema('b'), schema('c')]))).toMatchObject({
      outcome: 'partiallyFailed',
      schemaCounts: { total: 4, failed: 1 },
    });
    const again = outcomes(bulk([schema('b'), schema('c', failed)]), bulk([schema('c')]));
    expect(again).toMatchObject({ outcome: 'partiallyFailed', schemaCounts: { total: 4, failed: 1 } });
    expect(again.schemas?.[0]).toMatchObject({ schema: 'd', status: 'failed' });
    expect(outcomes(bulk([schema('b'), schema('c'), schema('d')])).outcome).toBe('completed');
  });

  it('stays partiallyFailed when a re-run ran other schemas than those that had failed, or none at all', () => {
    const first = bulk([schema('a'), schema('b', { failed: true, status: 'failed' })]);
    for (const retry of [bulk([schema('a')]), bulk([])]) {
      const result = resultOf(frame, [first, retry], options());
      expect(result).toMatchObject({ outcome: 'partiallyFailed', schemaCounts: { total: 2, failed: 1 } });
      expect(result.schemas?.[0]).toMatchObject({ schema: 'b', status: 'failed' });
    }
  });

  it('counts what a re-run left out where its list, or that of the first run, was cut', () => {
    const bad = schema('b', { failed: true, status: 'failed' });
    const first = bulk([schema('a'), bad, schema('c', { failed: true, status: 'failed' })]);
    const outcomes = (one: Execution, retry: Execution) => resultOf(frame, [one, retry], options()).schemaCounts;
    const both = bulk([schema('b'), schema('c')]);
    expect(outcomes({ ...first, schemas: [bad] }, both)).toEqual({ total: 3, failed: 0 });
    expect(outcomes(first, { ...both, schemas: [schema('b')] })).toEqual({ total: 3, failed: 0 });
    expect(outcomes(first, { ...bulk([schema('b')]), schemas: [] })).toEqual({ total: 3, failed: 1 });
  });

  it('takes a re-run for the success that it was where Polytomic tells no schemas of it', () => {
    const first = bulk([schema('a'), schema('b', { failed: true, status: 'failed' })]);
    expect(resultOf(frame, [first, completed({ kind: 'bulk' })], options()).outcome).toBe('completed');
  });

  it('is failed when the re-run of all schemas fails again', () => {
    const bad = schema('b', { failed: true, status: 'failed' });
    const failed = { ending: 'failed', status: 'failed' } as const;
    expect(resultOf(frame, [bulk([bad], failed), bulk([bad], failed)], options()).outcome).toBe('failed');
  });

  it('leaves every message out with errorText omit, and keeps the counts', () => {
    const execution = bulk([schema('a', { message: 'row of Jane Doe' })], { errors: ['Jane Doe'] });
    const result = resultOf(frame, [execution], options({ errorText: 'omit' }));
    expect(JSON.stringify(result)).not.toContain('Jane Doe');
    expect(result.records.total).toBe(10);
  });

  it('shows the page in Polytomic on failures only', () => {
    const url = 'https://example.test/x';
    expect(resultOf(frame, [completed({ url })], options())).not.toHaveProperty('url');
    expect(resultOf(frame, [completed({ url, ending: 'failed' })], options()).url).toBe(url);
  });
});

describe('other results', () => {
  it('names the run that was found instead of one of our own', () => {
    const result = emptyResult(frame, { outcome: 'skipped', reason: 'a run is in progress' }, 'other');
    expect(result).toMatchObject({ outcome: 'skipped', executionId: 'other', status: null, records: { total: null } });
  });

  it('calls a run that has not ended in time timedOut, with what its last read told', () => {
    const running = completed({ status: 'running', phase: 'running', completedAt: null });
    delete running.ending;
    expect(givenUpResult(frame, [running], { verdict: { outcome: 'timedOut' }, options: options() })).toMatchObject({
      outcome: 'timedOut',
      status: 'running',
    });
  });
});
