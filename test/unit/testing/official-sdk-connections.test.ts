import { describe, expect, it } from '@jest/globals';
import { PolytomicClient } from 'polytomic';
import type { Emulator } from '../../../src/testing';
import { emulate } from './support/emulator-client';

const clientOf = ({ url, apiKey }: Emulator): PolytomicClient =>
  new PolytomicClient({ environment: url, token: apiKey, version: '2024-02-08' });

const configuration = {
  hostname: 'db',
  username: 'polytomic',
  password: 'hunter22',
  database: 'analytics',
  port: 5432,
};
const refusedConfigurations = [{ configuration: { hostname: 'nowhere' } }];

describe('the official SDK against the connections of the emulator', () => {
  it('finds a type, tests, creates, reads, changes and deletes a connection', async () => {
    const emulator = await emulate({ seed: { refusedConfigurations } });
    const { connections } = clientOf(emulator);
    const type = (await connections.getTypes()).data?.find(({ id }) => id === 'postgresql');
    expect(type?.capabilities).toMatchObject({ source: true, destination: true });
    const schema = await connections.getConnectionTypeSchema('postgresql');
    expect(schema.required).toEqual(['hostname', 'username', 'password', 'database', 'port']);
    expect(type?.configurationForm?.jsonschema).toEqual(schema);
    await connections.testConnection({ type: 'postgresql', configuration });
    const wrong = { type: 'postgresql', configuration: { ...configuration, hostname: 'nowhere' } };
    await expect(connections.testConnection(wrong)).rejects.toMatchObject({ statusCode: 400 });
    await expect(connections.create({ ...wrong, name: 'Wrong' })).rejects.toMatchObject({ statusCode: 422 });
    const created = (await connections.create({ name: 'Warehouse 2', type: 'postgresql', configuration })).data;
    const id = created?.id ?? '';
    expect(created).toMatchObject({ status: 'healthy', configuration: { ...configuration, password: '********' } });
    expect((await connections.get(id)).data).toMatchObject({ name: 'Warehouse 2', type: { id: 'postgresql' } });
    await connections.update(id, { name: 'Renamed', configuration });
    expect((await connections.list()).data?.map(({ name }) => name)).toContain('Renamed');
    expect((await connections.getParameterValues(id)).data?.database?.values).toHaveLength(2);
    emulator.addModelSync({ target: { connection_id: id } });
    await expect(connections.remove(id)).rejects.toMatchObject({ statusCode: 422 });
    await connections.remove(id, { force: true });
    await expect(connections.get(id)).rejects.toMatchObject({ statusCode: 404 });
  });

  it('opens the Connect dialog, and offers values beforehand', async () => {
    const emulator = await emulate();
    const { connections } = clientOf(emulator);
    const card = (await connections.connect({ name: 'Theirs', redirect_url: 'https://example.com' })).data;
    const made = emulator.connect(card?.token ?? '', { type: 'hubspot' });
    expect((await connections.get(String(made.id))).data?.name).toBe('Theirs');
    const values = await connections.getTypeParameterValues('s3', { field: 's3_bucket_region', parameters: {} });
    expect(values.data?.s3_bucket_region?.values).toHaveLength(3);
  });

  it('refreshes schemas, lays fields and keys over them, and takes them away', async () => {
    const emulator = await emulate();
    const { schemas } = clientOf(emulator);
    const id = String(emulator.addConnection({ schemas: ['users'] }).id);
    const before = (await schemas.getStatus(id)).data;
    await schemas.refresh(id);
    expect((await schemas.getStatus(id)).data?.cache_status).toBe('refreshing');
    emulator.clock.advance(1_000);
    const after = (await schemas.getStatus(id)).data;
    expect(after?.cache_status).toBe('fresh');
    expect(Date.parse(after?.last_refresh_finished ?? '')).toBeGreaterThan(
      Date.parse(before?.last_refresh_finished ?? ''),
    );
    await schemas.upsertField(id, 'users', { fields: [{ field_id: 'age', label: 'Age', type: 'number' }] });
    emulator.clock.advance(1_000);
    await schemas.setPrimaryKeys(id, 'users', { fields: [{ field_id: 'age', is_primary_key: true }] });
    const keys = async () =>
      (await schemas.get(id, 'users')).data?.fields?.filter((field) => field.is_primary_key).map(({ id: key }) => key);
    expect(await keys()).toEqual(['id', 'age']);
    expect((await schemas.getRecords(id, 'users')).data?.[0]).toHaveProperty('age');
    await schemas.resetPrimaryKeys(id, 'users');
    await schemas.deleteField(id, 'users', 'age');
    expect(await keys()).toEqual(['id']);
    expect((await schemas.get(id, 'users')).data?.fields).toHaveLength(3);
  });

  it('previews, creates by a job, samples, changes and deletes a model', async () => {
    const emulator = await emulate();
    const { models, jobs, connections } = clientOf(emulator);
    const connection_id = (await connections.list()).data?.[0]?.id ?? '';
    const body = { name: 'Users', connection_id, configuration: { table: 'public.users' } };
    const done = async ({ job }: { job?: { job_id?: string; type?: string } }) => {
      emulator.clock.advance(1_000);
      return (await jobs.get(job?.job_id ?? '', job?.type ?? '')).data;
    };
    expect(await done(await models.preview({ body }))).toMatchObject({ type: 'previewmodel', status: 'done' });
    const { result } = (await done(await models.create({ async: true, body }))) ?? {};
    const { id } = result as { id: string };
    expect((await models.get(id)).data).toMatchObject({ name: 'Users', version: 1 });
    expect((await models.update(id, { ...body, name: 'People', fields: ['id'] })).data).toMatchObject({ version: 2 });
    expect((await models.list()).data?.map(({ name }) => name)).toEqual(['People']);
    expect((await models.sample(id)).data?.records?.[0]).toHaveProperty(id);
    expect(await done(await models.sample(id, { async: true }))).toMatchObject({ type: 'samplemodel', status: 'done' });
    await models.remove(id);
    await expect(models.get(id)).rejects.toMatchObject({ statusCode: 404 });
    const enricher = String(emulator.addConnection({ type: 'apollo' }).id);
    expect((await models.getEnrichmentSource(enricher)).data?.configuration).toHaveProperty('lookup');
    expect((await models.post(enricher, {})).data).toContainEqual(['email']);
    await expect(models.getEnrichmentSource(connection_id)).rejects.toMatchObject({ statusCode: 404 });
  });

  it('runs a query and reads its pages', async () => {
    const emulator = await emulate();
    const { queryRunner } = clientOf(emulator);
    const rows = [{ n: 1 }, { n: 2 }, { n: 3 }];
    const connection = String(emulator.addConnection({ queries: [{ rows, pageRows: 2 }] }).id);
    const id = (await queryRunner.runQuery(connection, { query: 'select n' })).data?.id ?? '';
    expect((await queryRunner.getQuery(id)).data).toEqual({ id, status: 'created' });
    emulator.clock.advance(1_000);
    const first = await queryRunner.getQuery(id);
    expect(first.data).toMatchObject({ status: 'done', count: 3, fields: ['n'], results: [{ n: 1 }, { n: 2 }] });
    const page = new URL(first.links?.next ?? '', emulator.url).searchParams.get('page') ?? '';
    expect((await queryRunner.getQuery(id, { page })).data?.results).toEqual([{ n: 3 }]);
  });
});
