/** Polytomic's texts may quote signed URLs: what leaves for a history, a result or a log holds no signature. */
import { describe, expect, it } from '@jest/globals';
import { adapterFor } from '../../../src/executions/adapter-for';
import { ConnectionHealth } from '../../../src/executions/connection-health';
import { activitiesOnFetch } from '../activities/support/activities-on-fetch';
import { scriptedClient } from '../polytomic/support/scripted-fetch';

const url = 'https://bucket.s3.amazonaws.com/x?X-Amz-Signature=abcdef0123456789';
const said = `see ${url}`;
const cut = 'see https://bucket.s3.amazonaws.com/x?[redacted]';
/** The signature begins within what is kept of a message, and ends beyond it. */
const longText = 'a'.repeat(440) + said;

const bulk = { id: 'e1', status: 'failed', status_message: said, completed_at: '2026-11-22T10:00:00Z' };
const schemas = [{ schema: 's1', status: 'failed', status_message: said }];
const problems = [{ code: 'x', message: said, path: url }];

describe('a signed URL is cut', () => {
  const read = (kind: 'model' | 'bulk', data: unknown) => adapterFor(kind, scriptedClient([{ json: { data } }]).client);

  it('in the messages of a bulk run and of its schemas', async () => {
    const ref = { kind: 'bulk', syncId: 's', executionId: 'e1' } as const;
    const run = await read('bulk', { ...bulk, schemas }).readExecution(ref);
    expect([run.errors, run.schemas?.[0]?.message]).toEqual([[cut], cut]);
  });

  it('and so are passwords and well-known keys, also where they end beyond what is kept', async () => {
    const ref = { kind: 'model', syncId: 's', executionId: 'e1' } as const;
    const errors = [
      'postgres://u:hunter22@db/x',
      'password=hunter22 refused',
      `${'a'.repeat(490)} AKIAIOSFODNN7EXAMPLE`,
    ];
    const run = await read('model', { id: 'e1', status: 'failed', errors }).readExecution(ref);
    expect(run.errors).toEqual([
      'postgres://u:[redacted]@db/x',
      'password=[redacted] refused',
      expect.not.stringContaining('AKIA'),
    ]);
  });

  it('in the errors of a model run, also where only its beginning would be kept', async () => {
    const ref = { kind: 'model', syncId: 's', executionId: 'e1' } as const;
    const run = await read('model', { id: 'e1', status: 'failed', errors: [said, longText] }).readExecution(ref);
    expect(run.errors[0]).toBe(cut);
    expect(run.errors[1]).not.toContain('Signature');
  });

  it.each(['model', 'bulk'] as const)('in the name and the problems of a %s sync', async (kind) => {
    const sync = await read(kind, { id: 's', name: said, active: true, problems }).readSync('s');
    expect(sync.name).toBe(cut);
    expect(JSON.stringify(sync)).not.toContain('Signature');
  });

  it('in what an unhealthy connection says', async () => {
    const { client } = scriptedClient([
      { json: { data: { source_connection_id: 'c' } } },
      { json: { data: { id: 'c', name: said, status: 'unhealthy', status_error: said } } },
    ]);
    const health = new ConnectionHealth({ client, errorText: 'include', warn: () => undefined });
    const found = await health.findUnhealthy(adapterFor('bulk', client), 's', new AbortController().signal);
    expect(found?.message).toContain(cut);
    expect(JSON.stringify(found)).not.toContain('Signature');
  });

  it('in the names of a list', async () => {
    const { perform } = activitiesOnFetch(() => ({ json: { data: [{ id: 's', name: said, active: true }] } }));
    const request = { organization: 'default', kind: 'bulk', filter: {}, shard: null, after: null };
    expect(await perform('listSyncs', request)).toMatchObject({ names: [cut] });
  });

  it('in what an operation answers', async () => {
    const { perform } = activitiesOnFetch(() => ({ json: { data: { ...bulk, schemas } } }));
    const answer = await perform('bulkSync.executions.get', { id: 's', exec_id: 'e1' });
    expect(answer).toEqual({ ...bulk, status_message: cut, schemas: [{ ...schemas[0], status_message: cut }] });
  });

  it('in the result of a query', async () => {
    const { perform } = activitiesOnFetch(() => ({
      json: { data: { id: 'q', status: 'done', results: [{ file: url }] } },
    }));
    const done = await perform('jobs.runQuery', { connection_id: 'c', query: 'select 1' });
    expect(JSON.stringify(done)).not.toContain('Signature');
  });
});
