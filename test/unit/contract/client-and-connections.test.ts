/** Every method of the client around connections, called against the emulator: neither side has the other's code. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient, type PolytomicClient } from '../../../src/polytomic/client';
import { operationNames } from '../../../src/polytomic/operations';
import { startEmulator, type Emulator } from '../../../src/testing';

let emulator: Emulator;
let client: PolytomicClient;

beforeAll(async () => {
  emulator = await startEmulator({ clock: 'manual' });
  client = createClient({ apiKey: emulator.apiKey, url: emulator.url });
});
afterAll(() => emulator.close());

const configuration = {
  hostname: 'db',
  username: 'polytomic',
  password: 'hunter22',
  database: 'analytics',
  port: 5432,
};

/** A step asks one method; its answer is not looked at here. */
type Steps = Record<string, () => Promise<unknown>>;

/** All methods of connections, in an order in which each succeeds. */
function connectionSteps(id: string, token: string): Steps {
  const { connections } = client;
  return {
    'connections.getTypes': () => connections.getTypes({}),
    'connections.getConnectionTypeSchema': () => connections.getConnectionTypeSchema({ id: 'postgresql' }),
    'connections.getTypeParameterValues': () =>
      connections.getTypeParameterValues({ type: 's3', field: 's3_bucket_region', parameters: {} }),
    'connections.testConnection': () => connections.testConnection({ type: 'postgresql', configuration }),
    'connections.create': () => connections.create({ name: 'New', type: 'postgresql', configuration }),
    'connections.list': () => connections.list({}),
    'connections.get': () => connections.get({ id }),
    'connections.update': () => connections.update({ id, name: 'Renamed', configuration }),
    'connections.getParameterValues': () => connections.getParameterValues({ id }),
    'connections.getUsage': () => connections.getUsage({ id }),
    'connections.connect': () => connections.connect({ name: 'Theirs', redirect_url: 'https://example.com' }),
    'connections.getConnectSession': () => connections.getConnectSession({ token }),
    'connections.delete': () => connections.delete({ id, force: true }),
  };
}

/** As {@link connectionSteps}, for calls through the proxy. */
function proxySteps(id: string): Steps {
  const { connections } = client;
  return {
    'connections.executeProxy': () => connections.executeProxy({ id, request: { method: 'GET', path: '/contacts' } }),
    'connections.getProxyInfo': () => connections.getProxyInfo({ id }),
    'connections.proxy.getProxySettings': () => connections.proxy.getProxySettings({ id }),
    'connections.proxy.updateProxySettings': () => connections.proxy.updateProxySettings({ id, enabled: true }),
  };
}

/** As {@link connectionSteps}, for the schemas of a connection. */
function schemaSteps(id: string): Steps {
  const { schemas } = client;
  const schema = { connection_id: id, schema_id: 'public.users' };
  const field = { ...schema, field_id: 'age' };
  return {
    'schemas.refresh': () => schemas.refresh({ id }),
    'schemas.getStatus': () => schemas.getStatus({ id }),
    'schemas.get': () => schemas.get({ id, schema_id: 'public.users' }),
    'schemas.getRecords': () => schemas.getRecords({ id, schema_id: 'public.users' }),
    'schemas.upsertField': async () => {
      await schemas.upsertField({ ...schema, fields: [{ field_id: 'age', label: 'Age', type: 'number' }] });
      emulator.clock.advance(1_000);
    },
    'schemas.patchField': () => schemas.patchField({ ...field, label: 'Years' }),
    'schemas.setPrimaryKeys': () =>
      schemas.setPrimaryKeys({ ...schema, fields: [{ field_id: 'age', is_primary_key: true }] }),
    'schemas.resetPrimaryKeys': () => schemas.resetPrimaryKeys(schema),
    'schemas.deleteField': () => schemas.deleteField(field),
  };
}

/** As {@link connectionSteps}, for models and the jobs of theirs. */
function modelSteps(connection_id: string, enricher: string): Steps {
  const { models, jobs } = client;
  const model = { name: 'Users', connection_id, configuration: { table: 'public.users' } };
  const id = String(emulator.addModel().id);
  return {
    'models.getEnrichmentSource': () => models.getEnrichmentSource({ id: enricher, params: { lookup: ['person'] } }),
    'models.post': () => models.post({ connection_id: enricher, configuration: {} }),
    'models.preview': () => models.preview(model),
    'models.create': () => models.create({ ...model, async: true }),
    'models.list': () => models.list({}),
    'models.get': () => models.get({ id }),
    'models.update': () => models.update({ id, ...model }),
    'models.sample': () => models.sample({ id }),
    'jobs.get': async () => {
      const { job } = await models.sample({ id, async: true });
      return jobs.get({ type: job?.type ?? '', id: job?.job_id ?? '' });
    },
    'models.delete': () => models.delete({ id }),
  };
}

/** As {@link connectionSteps}, for ad-hoc queries. */
function querySteps(connection_id: string): Steps {
  const { queryRunner } = client;
  return {
    'queryRunner.runQuery': () => queryRunner.runQuery({ connection_id, query: 'select 1' }),
    'queryRunner.getQuery': async () => {
      const { id } = await queryRunner.runQuery({ connection_id, query: 'select 1' });
      return queryRunner.getQuery({ id: id ?? '' });
    },
  };
}

async function take(steps: Steps): Promise<void> {
  for (const [name, step] of Object.entries(steps)) {
    await step().catch((error: unknown) => Promise.reject(new Error(`${name} failed`, { cause: error })));
    expect(emulator.requests().at(-1)).toMatchObject({ operation: name });
  }
}

const namesOf = (prefix: RegExp): string[] => operationNames.filter((name) => prefix.test(name)).sort();

describe('client and emulator understand each other', () => {
  it('in every operation of connections', async () => {
    const { token } = await client.connections.connect({ name: 'Theirs too', redirect_url: 'https://example.com' });
    const steps = {
      ...proxySteps(String(emulator.addConnection({ type: 'hubspot' }).id)),
      ...connectionSteps(String(emulator.addConnection().id), token ?? ''),
    };
    await take(steps);
    // Sharing needs a partner's key.
    expect(Object.keys(steps).sort()).toEqual(namesOf(/^connections\.(?!.*[sS]hared)/));
  });

  it('in every operation of schemas', async () => {
    const steps = schemaSteps(String(emulator.addConnection().id));
    await take(steps);
    expect(Object.keys(steps).sort()).toEqual(namesOf(/^schemas\./));
  });

  it('in every operation of models, jobs and queries', async () => {
    const connection = String(emulator.addConnection().id);
    const steps = {
      ...modelSteps(connection, String(emulator.addConnection({ type: 'apollo' }).id)),
      ...querySteps(connection),
    };
    await take(steps);
    expect(Object.keys(steps).sort()).toEqual(namesOf(/^(models|jobs|queryRunner)\./));
  });
});
