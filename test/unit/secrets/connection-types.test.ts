/** What the schemas of connection types call secret: read once, masked in answers, and nothing else is. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { operations } from '../../../src/polytomic/operations';
import { createAnswerRedactor } from '../../../src/secrets/answer-secrets';
import { createConnectionSchemas } from '../../../src/secrets/connection-schemas';
import { secretPlacesOf } from '../../../src/secrets/secret-places';
import { scriptedClient, type Scripted } from '../polytomic/support/scripted-fetch';

const schema = {
  type: 'object',
  properties: {
    password: { type: 'string', sensitive: true },
    aws_access_key_id: { type: 'string' },
    hosts: { type: 'array', items: { properties: { token: { sensitive: true }, name: {} } } },
  },
};

const nothingKnown = { remember: () => undefined, finder: async () => () => false };

function schemasOn(script: Scripted[], now?: () => number) {
  const { client, sent } = scriptedClient(script);
  return { schemas: createConnectionSchemas(client, now), sent };
}

describe('the schema of a connection type', () => {
  it('is read once a day', async () => {
    let now = 0;
    const { schemas, sent } = schemasOn([{ json: schema }], () => now);
    const places = await Promise.all([schemas.placesOf('postgresql'), schemas.placesOf('postgresql')]);
    expect(places).toEqual([new Set(['password', 'hosts.token']), new Set(['password', 'hosts.token'])]);
    now += 23 * 3_600_000;
    await schemas.placesOf('postgresql');
    expect(sent).toHaveLength(1);
    now += 2 * 3_600_000;
    await schemas.placesOf('postgresql');
    expect(sent).toHaveLength(2);
  });

  it.each([403, 404, 422])('that is answered with %i is none', async (status) => {
    expect(await schemasOn([{ status }]).schemas.placesOf('postgresql')).toBeUndefined();
  });

  it.each([401, 429, 500])('that is answered with %i is asked for again', async (status) => {
    const { schemas } = schemasOn([{ status }, { json: schema }]);
    await expect(schemas.placesOf('postgresql')).rejects.toMatchObject({ status });
    expect(await schemas.placesOf('postgresql')).toEqual(new Set(['password', 'hosts.token']));
  });

  it('without any fields says nothing', () => {
    expect(secretPlacesOf('postgresql', { type: 'object' })).toBeUndefined();
  });
});

describe('a configuration in an answer', () => {
  const configuration = {
    password: 'p',
    aws_access_key_id: 'AKIAIOSFODNN7EXAMPLE',
    hosts: [{ token: 't', name: 'n' }],
  };
  const item = { id: 'c1', type: { id: 'postgresql' }, configuration };
  const masked = {
    password: '[redacted]',
    aws_access_key_id: 'AKIAIOSFODNN7EXAMPLE',
    hosts: [{ token: '[redacted]', name: 'n' }],
  };

  it('is masked where the schema says so, and nowhere else', async () => {
    const redactAnswer = createAnswerRedactor(schemasOn([{ json: schema }]).schemas, nothingKnown);
    expect(await redactAnswer(operations.connections.get, item)).toEqual({ ...item, configuration: masked });
    expect(await redactAnswer(operations.connections.list, { items: [item, { id: 'x' }] })).toEqual({
      items: [{ ...item, configuration: masked }, { id: 'x' }],
    });
  });

  it('is masked by names and shapes where there is no schema', async () => {
    const redactAnswer = createAnswerRedactor(schemasOn([{ status: 404 }]).schemas, nothingKnown);
    expect(await redactAnswer(operations.connections.get, item)).toMatchObject({
      configuration: {
        password: '[redacted]',
        aws_access_key_id: '[redacted]',
        hosts: [{ token: '[redacted]', name: 'n' }],
      },
    });
    const sync = { id: 's', source_configuration: { password: 'p', slot: 'x' }, destination_configuration: null };
    expect(await redactAnswer(operations.bulkSync.get, sync)).toEqual({
      ...sync,
      source_configuration: { password: '[redacted]', slot: 'x' },
    });
  });

  it('is masked whole where the schema cannot be read just now, as the call has happened', async () => {
    const redactAnswer = createAnswerRedactor(schemasOn([{ status: 503 }]).schemas, nothingKnown);
    expect(await redactAnswer(operations.connections.create, item)).toEqual({ ...item, configuration: '[redacted]' });
  });
});

interface Node {
  sensitive?: boolean;
  properties?: Record<string, Node>;
  items?: Node;
}
/** Real schemas, which are not ours to publish. */
const file = process.env['CONNECTION_TYPES_FILE'];
const written = [
  'basic.password',
  'oauth.client_secret',
  'header.value',
  'headers.value',
  'query.value',
  'parameters.value',
  'extra_form_data.value',
];

/** A configuration with a value at every leaf of a schema, and what it is to look like; found without the code under test. */
function example(type: string, node: Node, path = ''): { given: unknown; expected: unknown; secrets: number } {
  const isWritten =
    ['webhook', 'api', 'csv', 'httpenrichment'].includes(type) &&
    written.some((end) => path === end || path.endsWith(`.${end}`));
  const isSecret = node.sensitive === true || isWritten;
  if (node.items?.properties && !isSecret) {
    const { given, expected, secrets } = example(type, node.items, path);
    return { given: [given], expected: [expected], secrets };
  }
  if (!node.properties || isSecret) {
    const given = `value at ${path || 'top'}`;
    return { given, expected: isSecret ? '[redacted]' : given, secrets: isSecret ? 1 : 0 };
  }
  const parts = Object.entries(node.properties).map(
    ([name, inner]) => [name, example(type, inner, path ? `${path}.${name}` : name)] as const,
  );
  return {
    given: Object.fromEntries(parts.map(([name, { given }]) => [name, given])),
    expected: Object.fromEntries(parts.map(([name, { expected }]) => [name, expected])),
    secrets: parts.reduce((sum, [, { secrets }]) => sum + secrets, 0),
  };
}

(file === undefined ? describe.skip : describe)('of the real connection types', () => {
  const { schemas = {} } =
    file === undefined ? {} : (JSON.parse(readFileSync(file, 'utf8')) as { schemas: Record<string, Node> });
  const types = Object.entries(schemas);

  it.each(types)('%s has every secret masked, and nothing else', async (type, node) => {
    const { given, expected } = example(type, node);
    const redactAnswer = createAnswerRedactor(schemasOn([{ json: node }]).schemas, nothingKnown);
    const answer = { id: 'c1', type: { id: type }, configuration: given };
    expect(await redactAnswer(operations.connections.get, answer)).toEqual({ ...answer, configuration: expected });
  });

  it('all are there', () => {
    expect(types).toHaveLength(226);
    const secrets = types.map(([type, node]) => example(type, node).secrets).reduce((sum, count) => sum + count, 0);
    expect(secrets).toBeGreaterThanOrEqual(360);
  });
});
