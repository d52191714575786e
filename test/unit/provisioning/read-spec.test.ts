import { describe, expect, it } from '@jest/globals';
import { isInvalidInputError } from '../../../src/inputs/invalid-input-error';
import { parseSpec } from '../../../src/activities/provision/parse-spec';
import type { SpecInput } from '../../../src/contracts/provision-spec';

function issuesOf(
  input: SpecInput,
  variables = {},
): { field: string; message: string; file?: string; line?: number }[] {
  try {
    parseSpec(input, { subject: 'plan', variables });
    return [];
  } catch (error) {
    if (!isInvalidInputError(error)) throw error;
    return [...error.issues] as never;
  }
}

const connection = 'name: A\n    type: postgresql\n    configuration: { hostname: db }\n';

describe('a spec', () => {
  it('is merged from several files, and refuses what stands in two of them', () => {
    const one = { file: 'one.yaml', text: `name: set\nconnections:\n  a:\n    ${connection}` };
    const two = {
      file: 'two.yaml',
      text: `models:\n  m: { name: M, connection_id: { $ref: connections.a.id }, configuration: { table: t } }\n`,
    };
    expect(
      parseSpec([one, two], { subject: 'plan', variables: {} }).objects.map(({ address, after }) => [address, after]),
    ).toEqual([
      ['connections.a', []],
      ['models.m', ['connections.a']],
    ]);
    expect(issuesOf([one, { ...one, file: 'again.yaml' }])).toMatchObject([
      { field: 'name', file: 'again.yaml', line: 1 },
      { field: 'connections.a', file: 'again.yaml', line: 3, message: expect.stringContaining('one.yaml:3') },
    ]);
  });

  it('may be JSON, plain data, or empty', () => {
    expect(issuesOf('{"connections": {}}')).toEqual([]);
    expect(issuesOf({ name: 'x', models: [] as never })).toEqual([]);
    expect(issuesOf([])).toEqual([]);
  });

  it('tells all problems at once', () => {
    const text = [
      'connections:',
      '  a:',
      '    name: A',
      '    type: postgresql',
      '    configuration: { password: { $env: X, default: y }, hostname: { $var: missing } }',
      'models:',
      '  m:',
      '    name: M',
      '    connection_id: { $ref: connections.a }',
      '    configuration: {}',
    ].join('\n');
    expect(issuesOf([{ file: 's.yaml', text }])).toMatchObject([
      { field: 'connections.a.configuration.password', line: 5 },
      { field: 'connections.a.configuration.hostname', line: 5 },
      { field: 'models.m.connection_id', line: 9 },
    ]);
  });

  it('refuses circles, unknown names, twins, foreign moves and secrets written out', () => {
    const model = (name: string, at: string) => ({ name, connection_id: { $ref: at }, configuration: { table: 't' } });
    const fields = issuesOf({
      models: { m: model('M', 'connections.none.id'), n: model('M', 'connections.none.id') },
      modelSyncs: {
        s: {
          name: 'S',
          encryption_passphrase: 'hunter2',
          mode: 'create',
          target: { connection_id: 'c', object: 'o' },
          fields: [],
          schedule: { frequency: 'runafter', run_after: { sync_ids: [{ $ref: 'modelSyncs.s.id' }] } },
        },
      },
      moved: [{ from: 'models.gone', to: 'models.nowhere' }],
    }).map(({ field, message }) => [field, message.slice(0, 40)]);
    expect(fields).toEqual([
      ['models.m', 'refers to connections.none, which the sp'],
      ['models.n', 'refers to connections.none, which the sp'],
      ['modelSyncs.s', 'refers to itself: modelSyncs.s -> modelS'],
      ['models.n.name', 'has the same name as models.m'],
      ['moved[0].to', 'the spec has no models.nowhere'],
      ['modelSyncs.s.encryption_passphrase', 'a secret must be a reference, { $env: NA'],
    ]);
  });

  it('fills in variables before it looks', () => {
    const spec = {
      connections: {
        c: { name: { $var: 'name' } as never, type: 'postgresql', configuration: { hostname: { $var: 'host' } } },
      },
    };
    expect(parseSpec(spec, { subject: 'plan', variables: { name: 'N', host: 'db' } }).objects).toMatchObject([
      { name: 'N', body: { configuration: { hostname: 'db' } } },
    ]);
  });

  it('bounds a whole spec and one object', () => {
    const long = 'x'.repeat(210 * 1024);
    const object = { name: 'C', type: 'x', configuration: { text: long } };
    expect(issuesOf({ connections: { c: object } })).toMatchObject([{ field: 'connections.c' }]);
    const many = Object.fromEntries(Array.from({ length: 6 }, (_one, index) => [`c${index}`, object]));
    expect(issuesOf({ connections: many })).toMatchObject([
      { field: 'spec', message: expect.stringContaining('split it into sets by name') },
    ]);
  });
});
