/** A field of another type than documented stops nothing where no decision reads it. */
import { describe, expect, it } from '@jest/globals';
import { adapterFor } from '../../../src/executions/adapter-for';
import { scriptedClient } from './support/scripted-fetch';

const run = { id: 'e1', status: 'completed', completed_at: '2026-11-22T10:00:00Z' };
const clientFor = (data: unknown) => scriptedClient([{ json: { data } }]).client;
const readRun = (kind: 'model' | 'bulk', data: unknown) =>
  adapterFor(kind, clientFor(data)).readExecution({ kind, syncId: 's', executionId: 'e1' });

describe('an execution', () => {
  it.each(['model', 'bulk'] as const)('of a %s sync may tell its release and type as numbers', async (kind) => {
    expect(await readRun(kind, { ...run, version: 25, type: 7 })).toMatchObject({ ending: 'completed' });
  });

  it('may spell counts in digits; what is no count is unknown', async () => {
    const bulk = {
      ...run,
      record_count: '12',
      error_count: { total: 1 },
      schemas: [null, { schema: 'a', record_count: '9' }],
    };
    expect(await readRun('bulk', bulk)).toMatchObject({
      records: { total: 12, errors: null },
      schemas: [{ schema: 'a', records: 9 }],
    });
    expect(await readRun('model', { ...run, counts: { total: '9007199254740993', insert: 'many' } })).toMatchObject({
      records: { total: Number('9007199254740993'), inserted: null },
    });
  });

  it('keeps its errors, without nulls', async () => {
    expect((await readRun('model', { ...run, errors: [null, 'broken'] })).errors).toEqual(['broken']);
  });

  it.each(['model', 'bulk'] as const)('of a %s sync is listed beside nulls', async (kind) => {
    const runs = await adapterFor(kind, clientFor([null, { ...run, version: 25 }])).recentExecutions('s');
    expect(runs).toMatchObject([{ executionId: 'e1' }]);
  });

  it.each([{ id: 5 }, { status: 5 }, { completed_at: 5 }])(
    'is not understood with %j, which decides',
    async (wrong) => {
      await expect(readRun('bulk', { ...run, ...wrong })).rejects.toMatchObject({ code: 'UnexpectedResponse' });
    },
  );
});

describe('an event', () => {
  it.each([
    { id: 5, event: { execution_id: 'e2' } },
    { type: 'sync.paused', event: { execution_id: 7, error: { message: 'broken' } } },
    { type: 'harbor.opened', created_at: 1_790_000_000, event: ['e2'] },
  ])('of another shape hides no others: %j', async (odd) => {
    const known = { id: 'v1', type: 'sync.completed', created_at: run.completed_at, event: { execution_id: 'e1' } };
    const { items } = await clientFor([odd, known]).events.list({});
    expect(items).toMatchObject([{}, known]);
  });
});
