/** Every documented field of a create, written with a value of its own and read back; what is answered otherwise is named. */
import { describe, expect, it } from '@jest/globals';
import { contract } from '../../../src/testing/http/contract';
import createPage from '../../fixtures/pages/create-sync.json';
import { callChecked } from './support/checked-call';
import { emulate, send } from './support/emulator-client';

const { version } = createPage.request;
const documented = createPage.response.data;
const connectionId = documented.target.connection_id;

type Body = Record<string, unknown>;

/** Not written: what the API makes itself. */
const made = ['id', 'created_at', 'created_by', 'updated_at', 'updated_by', 'model_ids'];

const [mapping] = documented.fields;
const source = { field: 'email', model_id: 'a-model' };
const fixed = { target: 'origin', override_value: 'polytomic' };

/** The documented values where they say something of their own, others where they do not. */
const written: Body = {
  ...Object.fromEntries(Object.entries(documented).filter(([name]) => !made.includes(name))),
  active: false,
  only_enrich_updates: true,
  skip_initial_backfill: true,
  sync_all_records: true,
  filter_logic: 'A',
  filters: [{ ...documented.filters[0], value: 'x' }],
  fields: [{ ...mapping, source }],
  override_fields: [fixed],
  overrides: [{ ...documented.overrides[0], override: 'y', value: 'x' }],
};

/** What is answered of the fields that are not answered as they were written. */
const answeredOtherwise: Body = {
  encryption_passphrase: undefined,
  // A fixed value without a source stands among the mappings up to 2024-02-08.
  fields: [{ ...mapping, source }, fixed],
  override_fields: [],
  // How a target was to be made is not told again.
  target: { ...documented.target, create: undefined },
};

const shownOf = (name: string): unknown => (name in answeredOtherwise ? answeredOtherwise[name] : written[name]);

/** A value of another type than any field has. */
const wrong: Body = { fields: 'x', filters: 'x', override_fields: 'x', overrides: 'x', policies: 'x' };
const nullable = ['filters', 'override_fields', 'overrides', 'policies', 'organization_id', 'encryption_passphrase'];
const required = ['name', 'mode', 'fields', 'schedule', 'target'];

const seed = { connections: [{ id: connectionId }] };

async function create(body: Body) {
  const emulator = await emulate({ seed });
  const isDocumented = body.organization_id === documented.organization_id;
  const own = isDocumented ? { ...body, organization_id: emulator.organizationId } : body;
  return { emulator, answer: await send(emulator, 'POST /api/syncs', { version, body: own }) };
}

describe('a create with everything that its page documents', () => {
  it('writes every field that the contract has in that version', () => {
    const { body = {} } = contract.operations.find(({ id }) => id === 'modelSync.create') ?? {};
    const known = Object.entries(body).filter(([, field]) => typeof field === 'string');
    expect(Object.keys(written).sort()).toEqual(known.map(([name]) => name).sort());
  });

  it.each(Object.keys(written))('answers %s as it was written, or as its page has it', async (name) => {
    const { emulator, answer } = await create(written);
    expect(answer.status).toBe(200);
    const expected = name === 'organization_id' ? emulator.organizationId : shownOf(name);
    const { data } = (await callChecked(emulator, `GET /api/syncs/${answer.body.data.id}`, { version })).body;
    for (const sync of [answer.body.data, data]) {
      if (expected === undefined) expect(sync).not.toHaveProperty(name);
      else expect(sync[name]).toEqual(expected);
    }
  });

  it('answers besides what the API makes', async () => {
    const { answer } = await create(written);
    const { id, created_at, created_by, updated_at, updated_by, model_ids } = answer.body.data;
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(updated_at).toBe(created_at);
    expect(Date.parse(String(created_at))).toBeGreaterThan(0);
    for (const actor of [created_by, updated_by]) {
      expect(Object.keys(actor as object).sort()).toEqual(Object.keys(documented.created_by).sort());
    }
    expect(model_ids).toEqual(['a-model', documented.identity.source.model_id]);
  });

  it.each(Object.keys(written))('refuses %s of another type by its name', async (name) => {
    const { answer } = await create({ ...written, [name]: wrong[name] ?? ['x'] });
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(`body.${name}`)]);
  });

  it.each(Object.keys(written))('may leave %s out, or must not', async (name) => {
    const { [name]: _left, ...rest } = written;
    const { answer } = await create(rest);
    if (!required.includes(name)) expect(answer.status).toBe(200);
    else expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining(`body.${name}`)]);
  });

  it.each(nullable)('takes null for %s', async (name) => {
    const emulator = await emulate({ seed });
    const { organization_id: _organization, ...rest } = written;
    expect((await send(emulator, 'POST /api/syncs', { version, body: { ...rest, [name]: null } })).status).toBe(200);
  });
});
