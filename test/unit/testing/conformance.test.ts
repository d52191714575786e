import { describe, expect, it } from '@jest/globals';
import { contract } from '../../../src/testing/http/contract';
import { checkType } from '../../../src/testing/http/contract-types';
import { handlers } from '../../../src/testing/routes';
import type { Emulator } from '../../../src/testing';
import { emulate, send } from './support/emulator-client';

const newest = '2025-09-18';
const bulkBody = {
  name: 'Lake',
  mode: 'replicate',
  source_connection_id: 'a',
  destination_connection_id: 'b',
  destination_configuration: {},
  default_schedule: { frequency: 'manual' },
};
const target = { connection_id: '00000000-0000-4000-8000-000000000012' };
const modelBody = { name: 'Users', mode: 'create', fields: [], schedule: {}, target };

/** Whose own tests check every answer's shape. */
const ownTests =
  /^(connections|entities|jobs|models|notifications|organization|permissions|queryRunner|schemas|temporaryCredentials|users|webhooks)\./;

/** One call of each operation, in an order in which all of them succeed. */
async function everyCall(emulator: Emulator) {
  const connection = String(emulator.addConnection().id);
  const model = emulator.addModelSync({ problems: [], everyMs: 86_400_000 });
  const bulk = emulator.addBulkSync({ everyMs: 86_400_000 });
  const [modelRun, bulkRun] = [emulator.startRun(model.id), emulator.startRun(bulk.id)];
  emulator.clock.advance(5_000);
  const schedule = (bulk.fields.default_schedule as { id: string }).id;
  const [syncs, bulks, connections] = ['/api/syncs', '/api/bulk/syncs', `/api/connections/${connection}`];
  const [one, run] = [`${syncs}/${model.id}`, `${syncs}/${model.id}/executions/${modelRun}`];
  const [big, bigRun] = [`${bulks}/${bulk.id}`, `${bulks}/${bulk.id}/executions/${bulkRun}`];
  return [
    ...['/api/me', '/api/connection_types', '/api/connections', connections, '/api/events', '/api/events_types'],
    ...[model.id, bulkRun, connection, emulator.organizationId].map((id) => `/api/entities/${id}`),
    ...[`${connections}/modelsync/source?params[table]=x`, `${connections}/modelsync/source/fields`],
    ...[`${connections}/modelsync/targetobjects`, `${connections}/modelsync/target/fields?target=contact`],
    ...[`${connections}/bulksync/source`, `${connections}/bulksync/target`, `${connections}/ingest/consolelog`],
    ...[syncs, `${syncs}/schedules`, one, `${one}/status`, `${one}/executions`, `${one}/error-handling`],
    ...[run, `${run}/consolelog`, `${run}/logs`, `${run}/records`, `${run}/records/log.csv`],
    ...[bulks, big, `${big}/status`, `${big}/executions`, bigRun, `${bigRun}/consolelog`, `${bigRun}/logs`],
    ...[`${bigRun}/schemas/public.users/consolelog`, `${big}/error-handling`, `${bulks}/status?all=true`],
    ...[
      `${big}/schemas?filters[enabled]=true`,
      `${big}/schemas/public.users`,
      `${big}/schedules`,
      `${big}/schedules/${schedule}`,
    ],
    ...[`POST ${syncs}`, modelBody, `PUT ${one}`, modelBody, `POST ${one}/activate`, { active: true }],
    ...[`PUT ${one}/error-handling`, { subscribers: [] }, `POST ${one}/executions`, {}, `POST ${one}/cancel`],
    ...[`POST ${bulks}`, bulkBody, `PUT ${big}`, bulkBody, `POST ${big}/activate`, { active: true }],
    ...[
      `PUT ${big}/error-handling`,
      { ingestion_failure_threshold: 5 },
      `PATCH ${big}/schemas`,
      { schemas: [{ id: 'public.users' }] },
    ],
    ...[
      `PUT ${big}/schemas/public.users`,
      {},
      `POST ${big}/schedules`,
      { schedule: { frequency: 'daily', hour: '4' } },
    ],
    ...[`PUT ${big}/schedules/${schedule}`, { schedule: { frequency: 'manual' } }, `POST ${big}/executions`, {}],
    ...[
      `POST ${big}/schemas/public.users/cancel`,
      `POST ${bigRun}/cancel`,
      `POST ${big}/cancel`,
      `POST ${bigRun}/logs/export`,
    ],
  ];
}

describe('the emulator and its contract', () => {
  it('answers no operation besides those of the contract', () => {
    expect(contract.operations.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.keys(handlers)));
  });

  it('has state for every operation', () => {
    const stateless = contract.operations.map(({ id }) => id).filter((id) => !(id in handlers));
    expect(stateless).toEqual([]);
  });

  it('answers each operation in the shape that the contract gives it', async () => {
    const emulator = await emulate();
    const calls = await everyCall(emulator);
    for (const [index, call] of calls.entries()) {
      if (typeof call !== 'string') continue;
      const next = calls[index + 1];
      const body = typeof next === 'object' ? next : undefined;
      const { status, text } = await send(emulator, call.startsWith('/') ? `GET ${call}` : call, {
        body,
        version: newest,
      });
      const asked = emulator.requests().at(-1);
      const operation = contract.operations.find(
        ({ id, versions }) => id === asked?.operation && versions.includes(newest),
      );
      expect({ call, status, text }).toEqual({ call, status: operation?.status ?? 200, text });
      if (operation?.answer === undefined) continue;
      const shape = { type: operation.answer, path: operation.answer, contract };
      expect({ call, issue: checkType(JSON.parse(text), shape) }).toEqual({ call, issue: undefined });
    }
    const asked = new Set(emulator.requests().map(({ operation }) => operation));
    const unasked = Object.keys(handlers).filter((id) => !asked.has(id) && !ownTests.test(id));
    expect(unasked.sort()).toEqual([
      'bulkSync.delete',
      'bulkSync.schedules.delete',
      'modelSync.delete',
      'modelSync.executions.cancel',
      'modelSync.executions.update',
      'modelSync.targets.getCreateProperty',
      'modelSync.targets.getTarget',
    ]);
  });

  it.each([
    ['POST /api/syncs', { ...modelBody, colour: 'red' }, 400, 'body.colour'],
    ['POST /api/syncs', { ...modelBody, mode: 'guess' }, 400, 'body.mode'],
    ['POST /api/syncs', { ...modelBody, fields: [{ source: {} }] }, 422, 'body.fields[0].source.field'],
    ['POST /api/syncs', { ...modelBody, name: undefined }, 422, 'body.name'],
    ['POST /api/syncs', { ...modelBody, target: null }, 422, 'body.target'],
    ['POST /api/bulk/syncs', { ...bulkBody, schemas: ['a', { id: 3 }] }, 400, 'body.schemas[1].id'],
    ['POST /api/bulk/syncs', { ...bulkBody, destination_configuration: [] }, 400, 'body.destination_configuration'],
    ['GET /api/syncs?limit=many', undefined, 400, 'query.limit'],
    ['GET /api/syncs?active=yes', undefined, 400, 'query.active'],
    ['GET /api/events?starting_after=yesterday', undefined, 400, 'query.starting_after'],
    ['POST /api/syncs', [modelBody], 400, 'body'],
  ])('refuses %s with %j by %d and names %s', async (call, body, status, field) => {
    const emulator = await emulate();
    const answer = await send(emulator, call, { body });
    expect({ status: answer.status, message: answer.body.message }).toEqual({
      status,
      message: expect.stringContaining(`${field}: `),
    });
  });

  it('tells what it lacks by 501 and a foreign path by 404', async () => {
    const emulator = await emulate();
    const lacking = await send(emulator, 'GET /api/harbors');
    expect(lacking).toMatchObject({ status: 501, body: { message: 'the emulator has no GET /api/harbors' } });
    expect((await send(emulator, 'GET /elsewhere')).status).toBe(404);
  });
});
