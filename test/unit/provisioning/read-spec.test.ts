import { describe, expect, it } from '@jest/globals';
import { parseDocument } from 'yaml';
import { isInvalidInputError } from '../../../src/inputs/invalid-input-error';
import { parseSpec } from '../../../src/activities/provision/parse-spec';
import type { SpecInput } from '../../../src/contracts/provision-spec';
import { toObjects } from '../../../src/rules/provision/to-objects';
import { growth, timesAsMuch } from '../bounds/cpu-time';

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
      toObjects(parseSpec([one, two], { subject: 'plan', variables: {} })).map(({ address, after }) => [
        address,
        after,
      ]),
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

  it('holds no half of a surrogate pair, which an escape may write', () => {
    const text = 'connections:\n  a:\n    name: "\\ud83d"\n    type: postgresql\n    configuration: { hostname: db }\n';
    const message = 'expected valid Unicode, found half of a surrogate pair (a.yaml:3)';
    expect(issuesOf([{ file: 'a.yaml', text }])).toMatchObject([{ field: 'connections.a.name', message }]);
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

  it('tells what else is wrong where shapes and references are, each fault once', () => {
    const model = { connection_id: { $ref: 'connections.broken.id' }, configuration: { table: 't' } };
    const spec = {
      connections: {
        broken: { type: 'csv', configuration: {} },
        b: { name: 'B', type: 'csv', configuration: { host: { $var: 'missing' } }, typo: 1 },
      },
      models: {
        m: { name: 'M', ...model, typo: 2 },
        n: { name: 'N', ...model, connection_id: { $ref: 'connections.none.id' } },
      },
      unknown: {},
    };
    expect(
      issuesOf(spec as never)
        .map(({ field }) => field)
        .sort(),
    ).toEqual([
      'connections.b.configuration.host',
      'connections.b.typo',
      'connections.broken.name',
      'models.m.typo',
      'models.n',
      'unknown',
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

  it('tells of secrets that are written out in an object whose own words are wrong, too', () => {
    const target = { connection_id: 'c', object: 'o', configuration: { api_key: 'hunter2' } };
    const sync = { name: 'S', target, protect: 'yes', encryption_passphrase: 'hunter2' };
    const issues = issuesOf({ modelSyncs: { s: sync } } as never);
    expect(issues.map(({ field, message }) => [field, message.slice(0, 33)])).toEqual([
      ['modelSyncs.s.protect', 'expected a boolean, got a string'],
      ['modelSyncs.s.target.configuration.api_key', 'a secret must be a reference, { $'],
      ['modelSyncs.s.encryption_passphrase', 'a secret must be a reference, { $'],
    ]);
  });

  it('refuses the id of one kind where that of another is expected', () => {
    const model = { name: 'M', connection_id: { $ref: 'models.n.id' }, configuration: { table: 't' } };
    const issues = issuesOf({
      models: { m: model, n: { ...model, name: 'N', connection_id: 'a-connection' } },
      modelSyncs: {
        s: {
          name: 'S',
          mode: 'create',
          target: { connection_id: { $ref: 'models.n.id' }, object: 'o' },
          fields: [{ source: { model_id: { $ref: 'models.m.id' }, field: 'id' }, target: 'id' }],
          identity: {
            source: { model_id: { $ref: 'modelSyncs.s.id' }, field: 'id' },
            target: 'id',
            function: 'Equality',
          },
          schedule: { frequency: 'manual' },
        },
      },
    });
    expect(issues.map(({ field, message }) => [field, message])).toEqual([
      ['modelSyncs.s', 'refers to itself: modelSyncs.s -> modelSyncs.s'],
      ['models.m.connection_id', 'expected one of connections, got models.n'],
      ['modelSyncs.s.target.connection_id', 'expected one of connections, got models.n'],
      ['modelSyncs.s.identity.source.model_id', 'expected one of models, got modelSyncs.s'],
    ]);
  });

  it('fills in variables before it looks', () => {
    const spec = {
      connections: {
        c: { name: { $var: 'name' } as never, type: 'postgresql', configuration: { hostname: { $var: 'host' } } },
      },
    };
    const variables = { name: 'N', host: 'db' };
    expect(toObjects(parseSpec(spec, { subject: 'plan', variables }), { variables })).toMatchObject([
      { name: 'N', body: { configuration: { hostname: 'db' } } },
    ]);
  });

  it('may use anchors and merge keys, and keys that the merged ones are overwritten by', () => {
    const text = [
      'connections:',
      '  a: &a { name: A, type: csv, configuration: &c { x: 1, y: 1 } }',
      '  b: { <<: *a, name: B, configuration: { <<: *c, y: 2 } }',
    ].join('\n');
    const { connections } = parseSpec(text, { subject: 'plan', variables: {} });
    expect(connections?.b).toEqual({ name: 'B', type: 'csv', configuration: { x: 1, y: 2 } });
  });

  it.each([
    ['that leads nowhere', 'models: &m { a: *m }\nbulkSyncs:\n  b: *n', 3],
    ['that is repeated too often', `a: &a [1]\nb: [${'*a, '.repeat(200)}]`, 2],
  ])('with an alias %s is refused, and no defect of ours', (_what, text, line) => {
    expect(issuesOf(text)).toMatchObject([{ field: 'spec', message: expect.stringContaining('alias'), line }]);
  });

  it.each<[string, string, number?]>([
    ['lists in lists', `a: ${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    ['objects in objects', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
    ['lists in one line', `${'- '.repeat(5_000)}a`],
    [
      'lines that are indented ever more',
      Array.from({ length: 1_200 }, (_one, at) => `${' '.repeat(at)}a:`).join('\n'),
      200,
    ],
    ['an alias inside of its own anchor', 'models: &m { a: { b: [*m] } }'],
    [
      'aliases of aliases',
      Array.from({ length: 90 }, (_one, at) => `a${at}: &a${at} [[${at ? `*a${at - 1}` : ''}]]`).join('\n'),
    ],
  ])('that nests too deeply is refused before anything recurses over it: %s', (_what, text, line = 1) => {
    // The second time V8 compiles what it runs: near the end of its stack, that ended the process.
    for (let pass = 0; pass < 3; pass++) {
      expect(issuesOf(text)).toMatchObject([{ field: 'spec', message: expect.stringContaining('100 levels'), line }]);
    }
  });

  it('takes brackets in a text for what they are', () => {
    const query = JSON.stringify('[{'.repeat(500));
    const text = `models: { m: { name: M, connection_id: c, configuration: { query: ${query} } } }`;
    expect(issuesOf(text)).toEqual([]);
  });

  it('holds one document', () => {
    expect(issuesOf('models: {}\n---\nmodels: {}')).toMatchObject([
      { field: 'spec', message: expect.stringContaining('MULTIPLE_DOCS'), line: 2 },
    ]);
  });

  it('refuses a key that stands twice, as text or as number', () => {
    const twice = { message: expect.stringContaining('DUPLICATE_KEY'), line: 2 };
    expect(issuesOf('models: { m: 1,\n m: 2 }')).toMatchObject([twice]);
    expect(issuesOf('models: { 1: 1,\n "1": 2 }')).toMatchObject([twice]);
  });

  it('leaves out no object for its name', () => {
    const object = { name: 'A', type: 'csv', configuration: {} };
    const named = JSON.parse(`{ "connections": { "__proto__": ${JSON.stringify(object)} } }`) as SpecInput;
    for (const spec of [named, JSON.stringify(named)])
      expect(issuesOf(spec)).toMatchObject([{ field: 'connections.__proto__' }]);
  });

  it('refuses variables that nothing would fill in', () => {
    const spec = { connections: { c: { name: 'C', type: 'csv', configuration: { a: { $var: 'a' } } } } };
    for (const a of [{ $var: 'a' }, [{ $ref: 'nowhere' }], { $env: 'X', more: 1 }])
      expect(issuesOf(spec, { a })).toMatchObject([{ field: expect.stringMatching(/^variables\.a/) }]);
    expect(issuesOf(spec, { a: { $env: 'X' } })).toEqual([]);
  });

  it('moves each object once', () => {
    const models = { c: { name: 'C', connection_id: 'x', configuration: { table: 't' } } };
    const moved = ['a', 'b'].map((from) => ({ from: `models.${from}`, to: 'models.c' }));
    expect(issuesOf({ models, moved })).toMatchObject([{ field: 'moved[1]' }]);
  });

  it('costs no more than its size, wrong or right, as text or as data', () => {
    const lines = (size: number): string =>
      `models:\n${Array.from({ length: size }, (_one, index) => `  m${index}: {}`).join('\n')}`;
    expect(growth((size) => issuesOf(lines(size)), 500, 1.5)).toBeLessThan(1.5);
    const connection = (size: number): unknown =>
      Object.fromEntries(Array.from({ length: size }, (_one, index) => [`k${index}`, `v${index}`]));
    const data = (size: number): SpecInput => ({
      connections: Object.fromEntries(
        Array.from({ length: 10 }, (_one, index) => {
          const configuration = connection(size / 10) as Record<string, unknown>;
          return [`c${index}`, { name: `C${index}`, type: 'csv', configuration }];
        }),
      ),
    });
    expect(issuesOf(data(40_000))).toEqual([]);
    expect(growth((size) => issuesOf(data(size)), 2_500, 1.5)).toBeLessThan(1.5);
  });

  it('is refused before it is looked into where few characters say much, or as much as no list of errors holds', () => {
    const list = `[${'1,'.repeat(40_000)}1]`;
    const aliases = Array.from({ length: 99 }, (_one, index) => `b${index}: *a`).join(', ');
    const repeated = `connections: { c: { name: C, type: csv, configuration: { a: &a ${list}, ${aliases} } } }`;
    const parse = (): unknown => parseDocument(repeated);
    expect(timesAsMuch(() => issuesOf(repeated), parse, 5)).toBeLessThan(5);
    for (const text of [repeated, `moved: [${'1,'.repeat(200_000)}1]`])
      expect(issuesOf(text)).toMatchObject([{ field: 'spec', message: expect.stringContaining('50000 values') }]);
    expect(issuesOf(`moved: [${'1,'.repeat(20_000)}1]`)).toHaveLength(100);
  });

  it('takes what environments differ in from variables, whatever it is', () => {
    const sync = {
      ...{ name: 'Lake', mode: 'replicate', destination_configuration: {}, source_connection_id: 's' },
      ...{ destination_connection_id: 'd', default_schedule: { frequency: 'manual' } },
      ...{ active: { $var: 'on' }, run: { $var: 'on' }, schemas: { $var: 'schemas' }, protect: { $var: 'on' } },
    };
    const spec = {
      connections: { crm: { id: { $var: 'crm' }, adopt: { $var: 'adopt' }, replace: { $var: 'on' } } },
      bulkSyncs: { lake: sync },
    } as never;
    const variables = { on: true, schemas: ['public.*'], crm: 'abc', adopt: 'byName' };
    expect(issuesOf(spec, variables)).toEqual([]);
    const objects = toObjects(parseSpec(spec, { subject: 'plan', variables }), { variables });
    expect(objects).toMatchObject([
      { pin: 'abc', adopt: 'byName', replace: true },
      { active: true, run: true, schemas: ['public.*'], protect: true },
    ]);
    const wrong = { ...variables, on: 'yes', crm: { $env: 'CRM' } };
    expect(
      issuesOf(spec, wrong)
        .map(({ field }) => field)
        .sort(),
    ).toEqual([
      'bulkSyncs.lake.active',
      'bulkSyncs.lake.protect',
      'bulkSyncs.lake.run',
      'connections.crm.id',
      'connections.crm.replace',
    ]);
  });

  it('refuses a name that is no text once variables are filled in', () => {
    const spec = { connections: { c: { name: { $var: 'n' }, type: 'csv', configuration: {} } } } as never;
    for (const n of [{ $env: 'PW' }, { $ref: 'connections.c.id' }, 5])
      expect(issuesOf(spec, { n }).map(({ field }) => field)).toContain('connections.c.name');
  });

  it('refuses what would not arrive as it was written', () => {
    const text = [
      'connections:',
      '  a:',
      '    name: A',
      '    type: csv',
      '    configuration: { port: .inf, ok: 9007199254740991,',
      '      id: 12345678901234567890,',
      '      blob: !!binary aGk= }',
    ].join('\n');
    expect(issuesOf([{ file: 's.yaml', text }])).toMatchObject([
      { field: 'connections.a.configuration.port', line: 5 },
      { field: 'connections.a.configuration.id', line: 6 },
      { field: 'connections.a.configuration.blob', line: 7 },
    ]);
  });

  it('refuses a first run of a model sync that is to stay inactive', () => {
    const sync = {
      ...{ name: 'S', mode: 'create', target: { connection_id: 'c', object: 'o' }, fields: [] },
      ...{ schedule: { frequency: 'manual' }, run: true, active: false },
    };
    expect(issuesOf({ modelSyncs: { s: sync } })).toMatchObject([{ field: 'modelSyncs.s.run' }]);
  });

  it('may name an existing object by its id alone, and the schema that editors use', () => {
    const spec = {
      $schema: './spec.schema.json',
      connections: { crm: { id: 'abc' } },
      models: { users: { id: 'm1' } },
    };
    expect(issuesOf(JSON.stringify(spec))).toEqual([]);
    expect(toObjects(parseSpec(spec, { subject: 'plan', variables: {} }))).toMatchObject([
      { address: 'connections.crm', pin: 'abc', name: 'crm', body: {} },
      { address: 'models.users', pin: 'm1', name: 'users' },
    ]);
    expect(issuesOf({ connections: { crm: {} } })).toMatchObject([
      { field: 'connections.crm.name' },
      { field: 'connections.crm.type' },
    ]);
  });

  it('is bounded with its variables filled in, each as often as it stands there', () => {
    const connection = (index: number) => ({ name: `C${index}`, type: 'csv', configuration: { a: { $var: 'a' } } });
    const connections = Object.fromEntries(
      Array.from({ length: 40 }, (_one, index) => [`c${index}`, connection(index)]),
    );
    expect(issuesOf({ connections }, { a: 'x'.repeat(10_000) })).toEqual([]);
    expect(issuesOf({ connections }, { a: 'x'.repeat(190_000) })).toMatchObject([
      { field: 'spec', message: expect.stringMatching(/bytes with its variables.*split it into sets by name/) },
    ]);
  });

  it('is measured in bytes', () => {
    const spec = { connections: { c: { name: 'C', type: 'csv', configuration: { a: 'ß'.repeat(150_000) } } } };
    expect(issuesOf(spec)).toMatchObject([{ message: expect.stringContaining('bytes') }]);
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
