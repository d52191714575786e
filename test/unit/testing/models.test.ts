import { describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/testing';
import { callChecked, unasked } from './support/checked-call';
import { emulate, send } from './support/emulator-client';

const warehouse = '00000000-0000-4000-8000-000000000011';
const users = { name: 'Users', connection_id: warehouse, configuration: { table: 'public.users' } };

const jobOf = async (emulator: Emulator, { type, id }: { type: string; id?: string }) =>
  (await callChecked(emulator, `GET /api/jobs/${type}/${id}`)).body.data;

describe('a model', () => {
  it('is created with the fields of its table, replaced, and deleted', async () => {
    const emulator = await emulate();
    const body = { ...users, labels: ['core'], additional_fields: [{ name: 'score', label: 'Score', type: 'number' }] };
    const created = (await callChecked(emulator, 'POST /api/models', { body })).body.data;
    expect(created).toMatchObject({ version: 1, type: 'postgresql', labels: [{ name: 'core' }] });
    expect((created.fields as { name: string }[]).map(({ name }) => name)).toEqual([
      'id',
      'name',
      'updated_at',
      'score',
    ]);
    const path = `/api/models/${created.id}`;
    emulator.clock.advance(1_000);
    const change = { ...users, name: 'People', fields: ['id', 'email'], identifier: 'email' };
    const changed = (await callChecked(emulator, `PUT ${path}`, { body: change })).body.data;
    expect(changed).toMatchObject({ version: 2, labels: [], created_at: created.created_at, identifier: 'email' });
    expect((changed.fields as { id: string }[])[0]?.id).toBe((created.fields as { id: string }[])[0]?.id);
    expect((await callChecked(emulator, `GET ${path}?async=true`)).body.data).toEqual(changed);
    const patch = { body: { ...users, name: 'Patched' }, version: '2023-04-25' };
    expect((await callChecked(emulator, `PATCH ${path}`, patch)).body.data).toMatchObject({ identifier: 'email' });
    await callChecked(emulator, `DELETE ${path}`);
    expect((await send(emulator, `GET ${path}`)).status).toBe(404);
  });

  it('made by a job is there when the job is done, and not before', async () => {
    const emulator = await emulate();
    const answer = await callChecked(emulator, 'POST /api/models?async=true', { body: users });
    expect(answer.body).not.toHaveProperty('data');
    const id = answer.body.job?.job_id;
    expect(await jobOf(emulator, { type: 'createmodel', id })).toEqual(answer.body.job);
    expect((await send(emulator, 'GET /api/models')).body.data).toBeNull();
    emulator.clock.advance(1_000);
    const { status, result } = await jobOf(emulator, { type: 'createmodel', id });
    expect(status).toBe('done');
    const path = `/api/models/${(result as { id: string }).id}`;
    expect((await callChecked(emulator, `GET ${path}`)).body.data).toEqual(result);
    const update = await callChecked(emulator, `PUT ${path}?async=true`, { body: { ...users, name: 'Later' } });
    expect((await send(emulator, `GET ${path}`)).body.data.name).toBe('Users');
    emulator.clock.advance(1_000);
    expect((await send(emulator, `GET ${path}`)).body.data).toMatchObject({ name: 'Later', version: 2 });
    expect((await jobOf(emulator, { type: 'updatemodel', id: update.body.job?.job_id })).result).toMatchObject({
      name: 'Later',
    });
  });

  it('comes of no job that fails or never ends', async () => {
    const jobs = {
      createmodel: { status: 'failed', error: 'no such table' },
      previewmodel: { status: 'running' },
    } as const;
    const emulator = await emulate({ seed: { jobs } });
    const { job } = (await send(emulator, 'POST /api/models?async=true', { body: users })).body;
    const preview = (await send(emulator, 'POST /api/model-preview', { body: users })).body.job;
    emulator.clock.advance(3_600_000);
    expect(await jobOf(emulator, { type: 'createmodel', id: job?.job_id })).toMatchObject({
      status: 'failed',
      error: 'no such table',
    });
    expect(await jobOf(emulator, { type: 'previewmodel', id: preview?.job_id })).toMatchObject({ status: 'running' });
    expect((await send(emulator, 'GET /api/models')).body.data).toBeNull();
    emulator.clock.advance(24 * 3_600_000);
    expect((await send(emulator, `GET /api/jobs/createmodel/${job?.job_id}`)).status).toBe(404);
  });

  it('is previewed by a job, asked for or not, and not kept', async () => {
    const emulator = await emulate();
    const { job } = (await callChecked(emulator, 'POST /api/model-preview', { body: users })).body;
    emulator.clock.advance(1_000);
    const { result } = await jobOf(emulator, { type: 'previewmodel', id: job?.job_id });
    expect(result).toMatchObject({ name: 'Users', fields: [{ name: 'id' }, { name: 'name' }, { name: 'updated_at' }] });
    expect((await send(emulator, 'GET /api/models')).body.data).toBeNull();
  });

  it.each([
    [{ connection_id: 'nobody' }, 400, 'body.connection_id'],
    [{ identifier: 'colour' }, 400, 'body.identifier'],
    [{ enricher: { connection_id: 'nobody' } }, 400, 'body.enricher.connection_id'],
    [{ organization_id: '00000000-0000-4000-8000-0000000000ff' }, 403, 'body.organization_id'],
  ])('is refused with %j by %d', async (more, status, field) => {
    const emulator = await emulate();
    const answer = await send(emulator, 'POST /api/models', { body: { ...users, ...more } });
    expect(answer).toMatchObject({ status, body: { message: expect.stringContaining(field) } });
  });

  it('needs a connection that can be a source', async () => {
    const emulator = await emulate();
    const { id } = emulator.addConnection({ type: 'webhook' });
    expect((await send(emulator, 'POST /api/models', { body: { ...users, connection_id: id } })).status).toBe(400);
  });

  it('leaves a problem in the syncs that read it when it is deleted', async () => {
    const emulator = await emulate();
    const model = emulator.addModel();
    const reader = emulator.addModelSync({ fields: [{ source: { model_id: model.id, field: 'id' }, target: 'id' }] });
    const other = emulator.addModelSync();
    await send(emulator, `DELETE /api/models/${String(model.id)}`);
    const problems = [{ severity: 'error', message: expect.stringContaining(String(model.id)) }];
    expect((await callChecked(emulator, `GET /api/syncs/${reader.id}`)).body.data).toMatchObject({ problems });
    expect(emulator.sync(other.id).fields).not.toHaveProperty('problems');
  });

  it('is listed by its last change, 50 to a page', async () => {
    const emulator = await emulate({
      seed: { models: Array.from({ length: 60 }, (_, index) => ({ name: `${index}` })) },
    });
    emulator.clock.advance(1_000);
    const late = emulator.addModel({ name: 'late' });
    const first = await send(emulator, 'GET /api/models');
    expect(first.body.data).toHaveLength(50);
    expect(first.body.data).toMatchObject([{ id: late.id }, ...Array.from({ length: 49 }, () => ({}))]);
    const rest = await send(emulator, `GET /api/models?page_token=${first.body.pagination?.next_page_token}`);
    expect(rest.body.data).toHaveLength(11);
    expect(rest.body).not.toHaveProperty('pagination');
  });
});

describe('a sample of a model', () => {
  it('has its fields under the model, and what enriches it under the enricher', async () => {
    const emulator = await emulate();
    const enricher = { connection_id: warehouse, enricher_id: 'apollo-1', fields: [{ name: 'title', type: 'string' }] };
    const { id } = emulator.addModel({ records: [{ id: 7 }], enricher });
    const sample = (await callChecked(emulator, `GET /api/models/${String(id)}/sample`)).body.data;
    expect(sample).toEqual({ records: [{ [String(id)]: { id: 7 }, 'apollo-1': { title: 'title 1' } }], warnings: [] });
  });

  it('that takes too long is refused, but not to a job', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModel({ sampleMs: 11_000 });
    const path = `/api/models/${String(id)}/sample`;
    expect((await send(emulator, `GET ${path}`)).status).toBe(500);
    const { job } = (await callChecked(emulator, `GET ${path}?async=true`)).body;
    emulator.clock.advance(10_999);
    expect(await jobOf(emulator, { type: 'samplemodel', id: job?.job_id })).not.toHaveProperty('result');
    emulator.clock.advance(1);
    expect(await jobOf(emulator, { type: 'samplemodel', id: job?.job_id })).toMatchObject({ status: 'done' });
  });

  it('can be enriched by connections that enrich, and by no other', async () => {
    const emulator = await emulate();
    const id = String(emulator.addConnection({ type: 'apollo' }).id);
    await callChecked(emulator, `GET /api/connections/${id}/modelsync/enrichment-source?params[lookup]=person`);
    const sets = await callChecked(emulator, `POST /api/enrichment/${id}/inputfields`, {
      body: { configuration: { lookup: 'company' } },
    });
    expect(sets.body.data).toEqual([['domain']]);
    const other = `/api/connections/${warehouse}/modelsync/enrichment-source`;
    expect((await send(emulator, `GET ${other}`)).status).toBe(404);
    expect((await send(emulator, `POST /api/enrichment/${warehouse}/inputfields`, { body: {} })).status).toBe(404);
    expect(unasked(emulator, /^models\.(getEnrichmentSource|post)/)).toEqual([]);
  });
});
