/**
 * Every type that Polytomic has, from a dump of its own answers that is not part of this repository: the variable
 * CONNECTION_TYPES_FILE names it. Without it these tests are reported as skipped, which fails the CI.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createEmulator, type ConnectionTypeDump, type InProcessEmulator } from '../../../src/testing';

const file = process.env.CONNECTION_TYPES_FILE ?? '';
const describeWithFile = file === '' ? describe.skip : describe;

interface Schema {
  readonly type?: string;
  readonly sensitive?: boolean;
  readonly readOnly?: boolean;
  readonly readonly?: boolean;
  readonly enum?: readonly (string | { readonly value: string })[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
  readonly format?: string;
  readonly default?: unknown;
}

type Configuration = Record<string, unknown>;

const dump: ConnectionTypeDump =
  file === '' ? { types: [], schemas: {} } : (JSON.parse(readFileSync(file, 'utf8')) as ConnectionTypeDump);
const ids = dump.types.map(({ id }) => id);
const schemaOf = (id: string): Schema => dump.schemas[id] as Schema;

const mask = '********';
const text = fc.string({ minLength: 1, maxLength: 20 }).filter((value) => value !== mask);
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,9}$/);
/** Long enough to be told from everything else in an answer. */
const secret = fc.string({ minLength: 16, maxLength: 40, unit: 'grapheme-ascii' });
const formats: Readonly<Record<string, fc.Arbitrary<string>>> = {
  uri: fc.webUrl(),
  email: fc.emailAddress(),
  json: fc.json(),
};

/** Any value that the schema allows. What may be left out may be empty, too, which says the same. */
function valueFor(schema: Schema, isRequired = false): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) {
    return fc.constantFrom(...schema.enum.map((choice) => (typeof choice === 'string' ? choice : choice.value)));
  }
  switch (schema.type) {
    case 'integer':
      return fc.integer();
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valueFor(schema.items ?? {}), { maxLength: 3 });
    case 'object':
      return objectFor(schema);
    case undefined:
    default: {
      const given = schema.sensitive === true ? secret : (formats[schema.format ?? ''] ?? text);
      return isRequired ? given : fc.oneof({ weight: 9, arbitrary: given }, { weight: 1, arbitrary: fc.constant('') });
    }
  }
}

/** With further fields of any name, where the schema says what these hold. */
function objectFor(schema: Schema): fc.Arbitrary<Configuration> {
  const { additionalProperties: further } = schema;
  if (typeof further !== 'object') return configurationFor(schema);
  const both = fc.tuple(fc.dictionary(name, valueFor(further), { maxKeys: 3 }), configurationFor(schema));
  return both.map(([others, own]) => ({ ...others, ...own }));
}

/** Required fields always, any others, and nothing that only the API sets. */
function configurationFor({ properties = {}, required = [] }: Schema): fc.Arbitrary<Configuration> {
  const undescribed = required.filter((field) => properties[field] === undefined).map((field) => [field, {}] as const);
  const settable = Object.entries(properties).filter(([, field]) => field.readOnly !== true && field.readonly !== true);
  const fields = [...settable, ...undescribed].map(
    ([field, schema]) => [field, valueFor(schema, required.includes(field))] as const,
  );
  return fc.record(Object.fromEntries(fields), { requiredKeys: required.filter((field) => field !== '') });
}

const isSecret = ({ properties = {} }: Schema, field: string): boolean => properties[field]?.sensitive === true;

const masked = (configuration: Configuration, schema: Schema): Configuration =>
  Object.fromEntries(
    Object.entries(configuration).map(([field, value]) => [
      field,
      isSecret(schema, field) && value !== '' ? mask : value,
    ]),
  );

const withoutSecrets = (configuration: Configuration, schema: Schema): Configuration =>
  Object.fromEntries(Object.entries(configuration).filter(([field]) => !isSecret(schema, field)));

/** The secrets as JSON has them. */
const secretsOf = (configuration: Configuration, schema: Schema): string[] =>
  Object.entries(configuration)
    .filter(([field, value]) => isSecret(schema, field) && typeof value === 'string' && value !== '')
    .map(([, value]) => JSON.stringify(value));

const usual = ({ properties = {} }: Schema): Configuration =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([name, field]) => (field.default === undefined ? [] : [[name, field.default]])),
  );

interface Answer {
  readonly id: string;
  readonly status: string;
  readonly configuration: Configuration;
}

/** Calls the API; `secrets` must be in no answer. */
async function call(
  emulator: InProcessEmulator,
  [method, url, body]: readonly [method: string, url: string, body?: unknown],
  secrets: readonly string[],
): Promise<Answer> {
  const headers = { authorization: 'Bearer test-key', 'x-polytomic-version': '2024-02-08' };
  const answer = await emulator.handle({ method, url, headers, body: body === undefined ? '' : JSON.stringify(body) });
  expect({ method, url, status: answer.status, body: answer.body }).toMatchObject({ status: 200 });
  for (const known of secrets) expect(answer.body).not.toContain(known);
  return (JSON.parse(answer.body || '{}') as { data: Answer }).data;
}

/** Created, read, updated without its secrets, which the emulator must still hold, read again and deleted. */
async function live(emulator: InProcessEmulator, type: string, configuration: Configuration): Promise<void> {
  const schema = schemaOf(type);
  const secrets = secretsOf(configuration, schema);
  const ask = (...request: Parameters<typeof call>[1]): Promise<Answer> => call(emulator, request, secrets);
  const shown = masked({ ...usual(schema), ...configuration }, schema);
  const created = await ask('POST', '/api/connections', { name: 'C', type, configuration });
  expect(created).toMatchObject({ status: 'healthy', configuration: shown });
  const path = `/api/connections/${created.id}`;
  expect((await ask('GET', path)).configuration).toEqual(shown);
  const update = { name: 'C 2', organization_id: '', configuration: withoutSecrets(configuration, schema) };
  expect(await ask('PUT', path, update)).toMatchObject({ status: 'healthy', configuration: shown });
  expect(await ask('GET', path)).toMatchObject({ status: 'healthy', configuration: shown });
  const held = JSON.stringify(emulator.snapshot().graph);
  for (const known of secrets) expect(held).toContain(known);
  await ask('DELETE', path);
}

/** What a schema says of a field that decides anything; titles and examples do not. */
const toldOf = ({ type, sensitive, readOnly, readonly, enum: choices, default: usual }: Schema): Configuration => ({
  ...{ type, sensitive, readOnly, readonly, choices, usual },
});

describeWithFile('every type of connection that Polytomic has', () => {
  const emulator = createEmulator({ clock: 'manual', connectionTypes: dump, maxRequests: 10 });

  it('is there, 226 of them, with secrets that its schema marks', () => {
    expect(ids).toHaveLength(226);
    const marks = (schema: Schema): number =>
      Object.values(schema.properties ?? {}).reduce((sum, field) => sum + marks(field), 0) +
      (schema.items === undefined ? 0 : marks(schema.items)) +
      (schema.sensitive === true ? 1 : 0);
    expect(ids.reduce((sum, id) => sum + marks(schemaOf(id)), 0)).toBe(360);
  });

  it('is as the emulator has it by itself, with its requirements, marks, choices and defaults', async () => {
    const usual = await call(createEmulator(), ['GET', '/api/connection_types'], []);
    const types = usual as unknown as { id: string; configurationForm: { jsonschema: Schema } }[];
    expect(types.length).toBeGreaterThanOrEqual(11);
    for (const { id, configurationForm } of types) {
      const real = schemaOf(id);
      const { required = [], properties = {} } = configurationForm.jsonschema;
      expect({ id, required: required.toSorted() }).toEqual({ id, required: (real.required ?? []).toSorted() });
      const told = Object.entries(properties).map(([field, schema]) => [field, toldOf(schema)]);
      const known = Object.keys(properties).map((field) => [field, toldOf(real.properties?.[field] ?? {})]);
      expect({ id, told }).toEqual({ id, told: known });
      const secrets = Object.keys(real.properties ?? {}).filter((field) => isSecret(real, field));
      expect(secrets.filter((field) => properties[field] === undefined)).toEqual([]);
    }
  });

  it('is tried with every choice, with nested objects, lists, maps and empty values', () => {
    const drawn = (type: string): Configuration[] =>
      fc.sample(configurationFor(schemaOf(type)), { numRuns: 300, seed: 13 });
    const values = (type: string, field: string): unknown[] => drawn(type).map((configuration) => configuration[field]);
    const choices = (schemaOf('bigquery').properties?.auth_method?.enum ?? []).map((choice) =>
      typeof choice === 'string' ? choice : choice.value,
    );
    expect(choices.length).toBeGreaterThan(1);
    expect(new Set(values('bigquery', 'auth_method'))).toEqual(new Set(choices));
    expect(values('awsathena', 'tags').some((tags) => Object.keys(tags ?? {}).length > 1)).toBe(true);
    const headers = values('api', 'headers') as (Configuration[] | undefined)[];
    expect(headers.some((list) => list?.some((header) => header.name !== undefined))).toBe(true);
    const auth = values('api', 'auth') as ({ oauth?: Configuration } | undefined)[];
    expect(auth.some((given) => Array.isArray(given?.oauth?.scopes))).toBe(true);
    expect(values('postgresql', 'ssh_private_key')).toContain('');
    expect(values('gladly', 'email')).toContainEqual(expect.stringContaining('@'));
  });

  // The row without a type keeps the table from being empty where there is no file.
  it.each(ids.length === 0 ? ['no file'] : ids)(
    '%s keeps its secrets, shows the rest and stays healthy',
    async (type) => {
      await fc.assert(
        fc.asyncProperty(configurationFor(schemaOf(type)), (configuration) => live(emulator, type, configuration)),
        { numRuns: 5 },
      );
    },
  );
});
