/** Inputs of operation activities: which texts may be written out, and which must be references. */
import { describe, expect, it } from '@jest/globals';
import { isInvalidInputError } from '../../../src/inputs/invalid-input-error';
import { looksLikeSecret } from '../../../src/inputs/looks-like-secret';
import { parseOperationInput } from '../../../src/inputs/operation-input';
import type { SecretMarks } from '../../../src/inputs/secret-fields';
import type { OperationActivities } from '../../../src/activities/operations';
import { exampleInput, rows } from '../polytomic/support/example-inputs';

function refusedFields(input: unknown, marks: SecretMarks): string[] {
  try {
    parseOperationInput('operation', input, marks);
    return [];
  } catch (error) {
    if (isInvalidInputError(error)) return error.issues.map(({ field }) => field);
    throw error;
  }
}

const reference = { $env: 'NAME' };

describe('the input of an operation activity', () => {
  it('is split into what is ours and what is the API’s', () => {
    const input = { organization: 'acme', idempotencyKey: 'key-1234', id: 's', resync: true };
    expect(parseOperationInput('modelSync.start', input)).toEqual({
      organization: 'acme',
      idempotencyKey: 'key-1234',
      request: { id: 's', resync: true },
    });
    expect(parseOperationInput('identity.get', undefined)).toMatchObject({ organization: 'default', request: {} });
  });

  it('takes a marked secret as a reference, absent or null, and in no other form', () => {
    const marks = { request: ['secret'] };
    expect(refusedFields({ secret: reference }, marks)).toEqual([]);
    expect(refusedFields({ secret: null, endpoint: 'secret' }, marks)).toEqual([]);
    expect(refusedFields({}, marks)).toEqual([]);
    expect(refusedFields({ secret: 'written-out' }, marks)).toEqual(['secret']);
    expect(refusedFields({ secret: ['written-out'] }, marks)).toEqual(['secret']);
    expect(refusedFields({ secret: {} }, marks)).toEqual(['secret']);
    expect(refusedFields({ secret: { $env: 'A', beside: 'x' } }, marks)).toEqual(['secret']);
  });

  it('takes in a configuration what its name does not call a secret, at any depth', () => {
    const configuration = { hostname: 'db', password: 'p', ssh: [{ user: 'u', private_key: 'k' }], tokens: ['t'] };
    const marks = { mixed: ['configuration'] };
    const refused = ['configuration.password', 'configuration.ssh[0].private_key', 'configuration.tokens[0]'];
    expect(refusedFields({ configuration, password: 'outside' }, marks)).toEqual(refused);
    const resolved = { ...configuration, password: reference, ssh: [{ private_key: { $file: 'k' } }], tokens: [] };
    expect(refusedFields({ configuration: resolved }, marks)).toEqual([]);
  });

  it('never shows the secret that it refuses', () => {
    expect(() => parseOperationInput('webhooks.create', { secret: 'very-secret' }, { request: ['secret'] })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('very-secret') }),
    );
  });

  it.each(rows.filter(([, { secrets }]) => secrets.request))('of %s refuses its secrets written out', (_name, row) => {
    expect(refusedFields(exampleInput(row), row.secrets)).toEqual(row.secrets.request);
  });

  it.each([
    ['connections.create', ['configuration.password', 'configuration.ssh.key']],
    ['connections.update', ['configuration.password', 'configuration.ssh.key']],
    ['connections.testConnection', ['configuration.password', 'configuration.ssh.key']],
    ['connections.executeProxy', ['request.headers.X-Api-Key', 'request.body.token']],
    ['models.create', ['configuration.api_token', 'enricher.configuration.api_key']],
    ['models.post', ['configuration.api_key']],
    ['queryRunner.runQuery', []],
  ])('of %s refuses %j, and takes the rest as it is', (name, refused) => {
    const row = rows.find(([found]) => found === name)?.[1];
    if (!row) throw new Error(`no row ${name}`);
    expect(refusedFields(exampleInput(row), row.secrets).sort()).toEqual([...refused].sort());
  });
});

describe('a name', () => {
  it.each([
    'password',
    'api_key',
    'apiKey',
    'X-Api-Key',
    'access_token',
    'clientSecret',
    'Authorization',
    'credentials',
  ])('%s tells of a secret', (name) => expect(looksLikeSecret(name, 'text')).toBe(true));

  it.each(['hostname', 'primary_key', 'partitionKey', 'token_url', 'access_key_id', 'auth_type', 'keyspace', 'monkey'])(
    '%s does not',
    (name) => expect(looksLikeSecret(name, 'text')).toBe(false),
  );

  it.each(['-----BEGIN RSA PRIVATE KEY-----', '{"private_key": "x"}', 'postgres://user:pass@db/x'])(
    'does not matter where the text is %s',
    (text) => expect(looksLikeSecret('service', text)).toBe(true),
  );

  it('does not make a secret of an empty text', () => {
    expect(looksLikeSecret('password', '')).toBe(false);
  });
});

describe('the compiler', () => {
  /** Never called: it is the type check of the tests that proves these lines. */
  async function checked({ webhooks, modelSync, connections }: OperationActivities): Promise<void> {
    await webhooks.create({ endpoint: 'e', secret: { $env: 'HOOK' }, organization: 'acme' });
    // @ts-expect-error a secret written out
    await webhooks.create({ endpoint: 'e', secret: 'written-out' });
    // @ts-expect-error a missing field
    await webhooks.create({ secret: { $env: 'HOOK' } });
    // @ts-expect-error a misspelt field
    await modelSync.start({ id: 's', resynk: true });
    await connections.create({ name: 'n', type: 't', configuration: { password: { $file: 'p' } } });
  }

  it('lets workflow code give secrets as references only', () => {
    expect(checked).toBeInstanceOf(Function);
  });
});
