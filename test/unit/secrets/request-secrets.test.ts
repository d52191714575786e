/** Which places of a request are secret: by the marks of its row, by the schema of the connection's type, by names. */
import { describe, expect, it } from '@jest/globals';
import { PolytomicError } from '../../../src/polytomic/errors';
import type { AnyOperation } from '../../../src/polytomic/operation';
import { operations } from '../../../src/polytomic/operations';
import { InputMismatch } from '../../../src/polytomic/request';
import type { ConnectionSchemas } from '../../../src/secrets/connection-schemas';
import { createRequestSecrets } from '../../../src/secrets/request-secrets';
import type { SecretContext } from '../../../src/secrets/resolver';
import { exampleInput, rows } from '../polytomic/support/example-inputs';

const unknownTypes: ConnectionSchemas = { placesOf: async () => undefined, typeOf: async () => undefined };
const postgres: ConnectionSchemas = {
  placesOf: async () => new Set(['password', 'ssh.key']),
  typeOf: async () => 'postgresql',
};

function openWith(schemas: ConnectionSchemas, contexts: SecretContext[] = []) {
  const resolve = async (_reference: unknown, context: SecretContext): Promise<string> => {
    contexts.push(context);
    return 'the value';
  };
  return createRequestSecrets({ organization: 'acme', schemas, resolve });
}

/** Fields that are refused, those of the schema's own refusals included. */
async function refusedFields(row: AnyOperation, input: unknown, schemas = unknownTypes): Promise<string[]> {
  try {
    await openWith(schemas).open(row, input);
    return [];
  } catch (error) {
    if (error instanceof InputMismatch) return error.issues.map(({ field }) => field);
    throw error;
  }
}

const reference = { $env: 'NAME' };
const connection = { name: 'n', type: 'postgresql' };

describe('a secret field', () => {
  it('takes a reference, null or nothing, and no literal', async () => {
    const { create } = operations.webhooks;
    for (const secret of [reference, { ...reference, version: 2 }, null, undefined]) {
      expect(await refusedFields(create, { secret, endpoint: 'secret' })).toEqual([]);
    }
    expect(await refusedFields(create, { secret: 'written-out' })).toEqual(['secret']);
    expect(await refusedFields(create, { secret: ['written-out'] })).toEqual(['secret.0']);
    expect(await refusedFields(create, { secret: { $env: 'A', beside: 'x' } })).toEqual(['secret']);
    expect(await refusedFields(create, { secret: { $env: 'A', $file: 'b' } })).toEqual(['secret']);
  });

  it.each(rows.filter(([, { secrets }]) => secrets.request))('of %s refuses a literal', async (_name, row) => {
    expect(await refusedFields(row, exampleInput(row))).toEqual(row.secrets.request);
  });

  it.each([
    ['connections.create', ['configuration.password', 'configuration.ssh.key']],
    ['connections.update', ['configuration.password', 'configuration.ssh.key']],
    ['connections.testConnection', ['configuration.password', 'configuration.ssh.key']],
    ['connections.executeProxy', ['request.headers.X-Api-Key', 'request.body.token']],
    ['models.create', ['configuration.api_token', 'enricher.configuration.api_key']],
    ['models.post', ['configuration.api_key']],
    ['queryRunner.runQuery', []],
  ])('of %s is told by its name where no schema can be read: %j', async (name, refused) => {
    const row = rows.find(([found]) => found === name)?.[1] as AnyOperation;
    expect((await refusedFields(row, exampleInput(row))).sort()).toEqual([...refused].sort());
  });

  it('of a configuration is what the schema says, and nothing else', async () => {
    const configuration = {
      api_key: 'no secret here',
      password: 'p',
      ssh: [{ user: 'u', key: 'k' }],
      passwd: 'AKIAIOSFODNN7EXAMPLE',
    };
    const refused = await refusedFields(operations.connections.create, { ...connection, configuration }, postgres);
    expect(refused).toEqual(['configuration.password', 'configuration.ssh.0.key']);
    const misplaced = { password: reference, ssh: { user: reference } };
    expect(
      await refusedFields(operations.connections.create, { ...connection, configuration: misplaced }, postgres),
    ).toEqual(['configuration.ssh.user']);
  });

  it.each(['source_configuration', 'destination_configuration'])('may be any of a sync: %s', async (name) => {
    const { create } = operations.bulkSync;
    expect(await refusedFields(create, { [name]: { anything: reference } })).toEqual([]);
    expect(await refusedFields(create, { [name]: { password: 'LITERAL' } })).toEqual([`${name}.password`]);
    expect(await refusedFields(create, { [name]: { x: 'postgres://u:geheim@db/x' } })).toEqual([`${name}.x`]);
  });

  it('of an update is told by the type of the connection as it is, not as the request says', async () => {
    const contexts: SecretContext[] = [];
    const input = { id: 'c1', name: 'n', type: 'webhook', configuration: { password: reference } };
    await openWith(postgres, contexts).open(operations.connections.update, input);
    expect(contexts).toEqual([
      {
        organization: 'acme',
        operation: 'connections.update',
        field: 'configuration.password',
        connectionType: 'postgresql',
      },
    ]);
  });

  it('is not guessed where the schema cannot be read just now: the call fails, to be tried again', async () => {
    const details = { code: 'Unavailable', operation: 'o', method: 'GET', path: '/', answered: true } as const;
    const error = new PolytomicError('answered 503', details);
    const schemas: ConnectionSchemas = { ...unknownTypes, placesOf: () => Promise.reject(error) };
    const opened = openWith(schemas).open(operations.connections.create, { ...connection, configuration: { a: 'b' } });
    await expect(opened).rejects.toBe(error);
  });
});

describe('what is put in', () => {
  it('is told apart from the request, which stays as it was', async () => {
    const input = { ...connection, configuration: { password: reference, ssh: { key: { $file: 'k' } } } };
    const before = structuredClone(input);
    expect(await openWith(postgres).open(operations.connections.create, input)).toEqual({
      input: { ...connection, configuration: { password: 'the value', ssh: { key: 'the value' } } },
      secrets: ['the value'],
      fields: ['configuration.password', 'configuration.ssh.key'],
    });
    expect(input).toEqual(before);
  });

  it('has a bound', async () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_none, at) => [`f${at}`, reference]));
    expect(await refusedFields(operations.models.post, { connection_id: 'c', configuration: many })).toEqual(['input']);
  });
});
