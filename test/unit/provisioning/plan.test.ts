/** A plan only reads, whatever it says of an object; the emulator's request log is the judge. */
import { describe, expect, it } from '@jest/globals';
import type { OwnedObject, SetRecord } from '../../../src/contracts/provision-record';
import type { ProvisionSpec } from '../../../src/contracts/provision-spec';
import type { PlannedAction } from '../../../src/contracts/provision-plan';
import { newSetRecord } from '../../../src/rules/provision/set-record';
import { createEmulator, type InProcessEmulator } from '../../../src/testing';
import { planOn } from './support/planner';

const configuration = { hostname: 'db', port: 5432, username: 'etl', database: 'app' };
const password = 'only-in-polytomic';

/** Creates a connection as somebody did before, and answers its id. */
async function connection(emulator: InProcessEmulator, name: string): Promise<string> {
  const body = JSON.stringify({ name, type: 'postgresql', configuration: { ...configuration, password } });
  const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' };
  const answer = await emulator.handle({ method: 'POST', url: '/api/connections', headers, body });
  return (JSON.parse(answer.body) as { data: { id: string } }).data.id;
}

const owned = (id: string, name: string): OwnedObject => ({
  ...{ kind: 'connections', id, name, origin: 'created', specHash: '', secretVersions: {} },
});

interface Case {
  /** Of the one object in the spec; `delete` has none. */
  object?: object;
  /** Bears this name in Polytomic. */
  existing?: string;
  /** The record says that we made it. */
  ours?: boolean;
}

const cases: Record<PlannedAction, Case> = {
  create: { object: {} },
  adopt: { object: { adopt: 'byName' }, existing: 'Ledger' },
  update: { object: { configuration: { ...configuration, port: 6543 } }, existing: 'Ledger', ours: true },
  rename: { object: {}, existing: 'Old name', ours: true },
  replace: { object: { type: 'mysql', replace: true }, existing: 'Ledger', ours: true },
  unchanged: { object: {}, existing: 'Ledger', ours: true },
  delete: { existing: 'Ledger', ours: true },
  blocked: { object: {}, existing: 'Ledger' },
};

const writesOf = (emulator: InProcessEmulator): string[] =>
  emulator.requests().flatMap(({ method, path }) => (method === 'GET' ? [] : [`${method} ${path}`]));

describe('a plan', () => {
  it.each(Object.entries(cases))('that says %s writes nothing', async (action, { object, existing, ours }) => {
    const emulator = createEmulator({ seed: {} });
    const id = existing === undefined ? undefined : await connection(emulator, existing);
    const record: SetRecord | null =
      ours && id ? { ...newSetRecord('default', 'default'), objects: { 'connections.w': owned(id, 'Ledger') } } : null;
    const spec = {
      ...(object && { connections: { w: { name: 'Ledger', type: 'postgresql', configuration, ...object } } }),
    } as ProvisionSpec;
    emulator.clearRequests();
    const { plan } = await planOn(emulator, spec, { record, prune: true });
    expect(plan.changes).toMatchObject([{ action, address: 'connections.w' }]);
    expect(plan.empty).toBe(action === 'unchanged');
    expect(emulator.requests().length).toBeGreaterThan(0);
    expect(writesOf(emulator)).toEqual([]);
  });

  it('leaves an object as it is of which the spec says no more than its id', async () => {
    const emulator = createEmulator({ seed: {} });
    const id = await connection(emulator, 'Ledger');
    const { plan } = await planOn(emulator, { connections: { w: { id } } }, { record: null, prune: true });
    expect(plan.changes).toMatchObject([{ action: 'unchanged', address: 'connections.w', id }]);
    expect(plan.empty).toBe(true);
  });

  it('says that what refers to a replaced object will refer to the new one', async () => {
    const emulator = createEmulator({ seed: {} });
    const id = await connection(emulator, 'Ledger');
    const headers = { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' };
    const model = { name: 'Users', connection_id: id, configuration: { query: 'select 1' } };
    const { body } = await emulator.handle({
      method: 'POST',
      url: '/api/models',
      headers,
      body: JSON.stringify(model),
    });
    const modelId = (JSON.parse(body) as { data: { id: string } }).data.id;
    const record: SetRecord = {
      ...newSetRecord('default', 'default'),
      objects: {
        'connections.w': owned(id, 'Ledger'),
        'models.users': { ...owned(modelId, 'Users'), kind: 'models' },
      },
    };
    const spec = (type: string): ProvisionSpec => ({
      connections: { w: { name: 'Ledger', type, configuration, replace: true } },
      models: { users: { ...model, connection_id: { $ref: 'connections.w.id' } } },
    });
    expect((await planOn(emulator, spec('postgresql'), { record })).plan.empty).toBe(true);
    const { plan } = await planOn(emulator, spec('mysql'), { record });
    expect(plan.changes).toMatchObject([
      { address: 'connections.w', action: 'replace' },
      { address: 'models.users', action: 'update', fields: [{ path: 'connection_id', before: id }] },
    ]);
  });
});
