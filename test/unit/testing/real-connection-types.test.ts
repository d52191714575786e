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
  readonly default?: unknown;
}

type Configuration = Record<string, unknown>;

const dump: ConnectionTypeDump =
  file === '' ? { types: [], schemas: {} } : (JSON.parse(readFileSync(file, 'utf8')) as ConnectionTypeDump);
const ids = dump.types.map(({ id }) => id);
const schemaOf = (id: string): Schema => dump.schemas[id] as Schema;

const text = fc.string({ minLength: 1, maxLength: 20 }).filter((value) => value !== '********');

/** Any value that the schema allows. */
function valueFor(schema: Schema): fc.Arbitrary<unknown> {
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
      return configurationFor(schema);
    default:
      return text;
  }
}

/** Required fields always, any others, and nothing that only the API sets. */
function configurationFor({ properties = {}, required = [] }: Schema): fc.Arbitrary<Configuration> {
  const undescribed = required.filter((name) => properties[name] === undefined).map((name) => [name, {}] as const);
  const settable = Object.entries(properties).filter(([, field]) => field.readOnly !== true && field.readonly !== true);
  const fields = [...settable, ...undescribed].map(([name, field]) => [name, valueFor(field)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: required.filter((name) => name !== '') });
}

const masked = (configuration: Configuration, { properties = {} }: Schema): Configuration =>
  Object.fromEntries(
    Object.entries(configuration).map(([name, value]) => [
      name,
      properties[name]?.sensitive === true && value !== '' ? '********' : value,
    ]),
  );

const withoutSecrets = (configuration: Configuration, { properties = {} }: Schema): Configuration =>
  Object.fromEntries(Object.entries(configuration).filter(([name]) => properties[name]?.sensitive !== true));

const usual = ({ properties = {} }: Schema): Configuration =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([name, field]) => (field.default === undefined ? [] : [[name, field.default]])),
  );

interface Answer {
  readonly id: string;
  readonly status: string;
  readonly configuration: Configuration;
}

async function call(emulator: InProcessEmulator, method: string, url: string, body?: unknown): Promise<Answer> {
  const headers = { authorization: 'Bearer test-key', 'x-polytomic-version': '2024-02-08' };
  const answer = await emulator.handle({ method, url, headers, body: body === undefined ? '' : JSON.stringify(body) });
  expect({ method, url, status: answer.status, body: answer.body }).toMatchObject({ status: 200 });
  return (JSON.parse(answer.body || '{}') as { data: Answer }).data;
}

/** Created, read, updated without its secrets, read again and deleted. */
async function live(emulator: InProcessEmulator, type: string, configuration: Configuration): Promise<void> {
  const schema = schemaOf(type);
  const shown = masked({ ...usual(schema), ...configuration }, schema);
  const created = await call(emulator, 'POST', '/api/connections', { name: 'C', type, configuration });
  expect(created).toMatchObject({ status: 'healthy', configuration: shown });
  const path = `/api/connections/${created.id}`;
  expect((await call(emulator, 'GET', path)).configuration).toEqual(shown);
  const update = { name: 'C 2', organization_id: '', configuration: withoutSecrets(configuration, schema) };
  expect(await call(emulator, 'PUT', path, update)).toMatchObject({ status: 'healthy', configuration: shown });
  expect(await call(emulator, 'GET', path)).toMatchObject({ status: 'healthy', configuration: shown });
  await call(emulator, 'DELETE', path);
}

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
