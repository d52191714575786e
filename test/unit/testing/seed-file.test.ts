import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { seedPage, seedPagePath } from '../../../scripts/docs/seed-page';
import { readSeedFile } from '../../../src/testing';
import { emulate, send } from './support/emulator-client';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function fileWith(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'emulator-seed-'));
  folders.push(folder);
  const path = join(folder, 'seed.yaml');
  writeFileSync(path, content);
  return path;
}

const full = `
organizations:
  acme: { id: acme-id, keys: [acme-key] }
connections:
  - { id: lake, name: Lake, type: snowflake, schemas: [a, { id: b, fields: [id] }], queries: [{ contains: x, status: failed }] }
models:
  - { name: Users, connection_id: lake, records: [{ id: 1 }] }
refusedConfigurations:
  - { type: postgresql, message: no }
jobs:
  createmodel: { status: failed, error: broken }
modelSyncs:
  - { id: slow, name: Slow, everyMs: 1000, script: { outcome: failed, durationMs: 5, onCancel: never }, organization: acme }
bulkSyncs:
  - { id: big, active: false, script: [{ status: running, afterMs: 0 }], nextScripts: [errors], schemas: [one] }
`;

describe('a seed file', () => {
  it('seeds an emulator with everything that it says', async () => {
    const emulator = await emulate({ seed: readSeedFile(fileWith(full)) });
    expect(emulator.sync('slow')).toMatchObject({ name: 'Slow', fields: { organization_id: 'acme-id' } });
    expect((await send(emulator, 'GET /api/syncs/slow', { authorization: 'Bearer acme-key' })).status).toBe(200);
    expect((await send(emulator, 'GET /api/bulk/syncs/big')).body.data).toMatchObject({ active: false });
    expect((await send(emulator, 'GET /api/connections/lake')).body.data).toMatchObject({ name: 'Lake' });
    emulator.reset();
    expect(emulator.sync('big').kind).toBe('bulk');
  });

  it('is there as an example, whose every kind of thing arrives', async () => {
    const emulator = await emulate({ seed: readSeedFile('examples/emulator/seed.yaml') });
    expect(emulator.sync('66666666-6666-4666-8666-666666666666')).toMatchObject({ kind: 'bulk' });
    for (const path of ['syncs/5', 'bulk/syncs/6', 'models/4', 'connections/2', 'connections/3']) {
      const [, digit = ''] = /(\d)$/.exec(path) ?? [];
      const id = `${digit.repeat(8)}-${digit.repeat(4)}-4${digit.repeat(3)}-8${digit.repeat(3)}-${digit.repeat(12)}`;
      expect((await send(emulator, `GET /api/${path.slice(0, -1)}${id}`)).status).toBe(200);
    }
    expect((await send(emulator, 'GET /api/connection_types/abacus')).status).toBe(200);
    expect((await send(emulator, 'GET /api/me', { authorization: 'Bearer acme-key' })).status).toBe(200);
  });

  it('has a reference page that is made from its checks', () => {
    expect(readFileSync(seedPagePath, 'utf8')).toBe(seedPage());
  });

  it('may be JSON, and may be empty', () => {
    expect(readSeedFile(fileWith('{"modelSyncs":[{"id":"x"}]}'))).toEqual({ modelSyncs: [{ id: 'x' }] });
    expect(readSeedFile(fileWith(''))).toEqual({});
  });

  it.each([
    ['modelSync: []', 'modelSync: expected no such field, only organizations, connections, '],
    ['modelSyncs: {}', 'modelSyncs: expected a list'],
    ['modelSyncs: [x]', 'modelSyncs[0]: expected an object'],
    ['modelSyncs: [{ script: fast }]', 'modelSyncs[0].script: expected one of completed, '],
    [
      'modelSyncs: [{ script: { outcom: failed } }]',
      'modelSyncs[0].script.outcom: expected no such field, only outcome',
    ],
    ['bulkSyncs: [{}, { script: [{ status: x }] }]', 'bulkSyncs[1].script[0].afterMs: expected a value'],
    ['bulkSyncs: [{ everyMs: often }]', 'bulkSyncs[0].everyMs: expected a number from 0 up'],
    ['bulkSyncs: [{ active: 1 }]', 'bulkSyncs[0].active: expected true or false'],
    ['bulkSyncs: [{ schemas: [3] }]', 'bulkSyncs[0].schemas[0]: expected an object'],
    ['connections: [{ name: "" }]', 'connections[0].name: expected some text'],
    ['connections: [{ queries: [{ status: lost }] }]', 'connections[0].queries[0].status: expected one of done, '],
    ['organizations: { acme: { id: x } }', 'organizations.acme.keys: expected a value, as it is required'],
    ['modelSyncs: [{ duration: 20s }]', 'modelSyncs[0].duration: expected no such field, only active, '],
    ['bulkSyncs: [{ outcome: failed }]', 'bulkSyncs[0].outcome: expected no such field, only active, '],
    ['bulkSyncs: [{ mode: sideways }]', 'bulkSyncs[0].mode: expected one of snapshot, replicate'],
    ['modelSyncs: [{ schedule: { frequency: often } }]', 'modelSyncs[0].schedule.frequency: expected one of manual, '],
    ['modelSyncs: [{ target: { conection_id: x } }]', 'modelSyncs[0].target.conection_id: expected no such field'],
    ['modelSyncs: [{ executions: [{ state: failed }] }]', 'modelSyncs[0].executions[0].state: expected no such field'],
    ['bulkSyncs: [{ schemas: [{ id: a, on: false }] }]', 'bulkSyncs[0].schemas[0].on: expected no such field'],
    [
      'bulkSyncs: [{ script: [{ status: x, afterMs: 0, records: 1 }] }]',
      'bulkSyncs[0].script[0].records: expected no such',
    ],
    ['connections: [{ hostname: db }]', 'connections[0].hostname: expected no such field'],
    ['connections: [{ proxy: { off: true } }]', 'connections[0].proxy.off: expected no such field'],
    ['connectionTypes: [{ name: x }]', 'connectionTypes[0].id: expected a value, as it is required'],
    ['models: [{ table: users }]', 'models[0].table: expected no such field'],
    ['jobs: { dance: {} }', 'jobs.dance: expected no such field, only createmodel'],
    ['[]', 'the seed: expected an object'],
    ['a: [', 'is neither YAML nor JSON'],
  ])('that says %s is refused by its path and field', (content, message) => {
    const path = fileWith(content);
    expect(() => readSeedFile(path)).toThrow(`${path}: ${message}`);
  });

  it('that is wrong in several places is refused by all of them', () => {
    const path = fileWith(`
modelSync: []
connections:
  - { name: "", hostname: db, proxy: { off: true, supported: 1 } }
  - x
connectionTypes: [{}]
bulkSyncs:
  - { script: [{ status: x }, { afterMs: soon }], mode: sideways }
organizations: { acme: { id: 1 } }
`);
    let message = '';
    try {
      readSeedFile(path);
    } catch (error) {
      ({ message } = error as Error);
    }
    const lines = message.split('\n');
    expect(lines.every((line) => line.startsWith(`${path}: `))).toBe(true);
    expect(lines.map((line) => line.slice(path.length + 2).replace(/: expected .*/, ''))).toEqual([
      'modelSync',
      ...[
        'connections[0].name',
        'connections[0].hostname',
        'connections[0].proxy.off',
        'connections[0].proxy.supported',
      ],
      ...['connections[1]', 'connectionTypes[0].id'],
      ...['bulkSyncs[0].script[0].afterMs', 'bulkSyncs[0].script[1].afterMs', 'bulkSyncs[0].script[1].status'],
      ...['bulkSyncs[0].mode', 'organizations.acme.id', 'organizations.acme.keys'],
    ]);
  });

  it('with thousands of wrong places is refused by the first hundred', () => {
    const wrong = Array.from({ length: 5_000 }, () => ({ name: '' }));
    const refused = expect(() => readSeedFile(fileWith(JSON.stringify({ models: wrong }))));
    refused.toThrow(/models\[99\]\.name: expected some text\n\S+: and 4900 more problems$/);
  });

  it('that is not there is refused by its path', () => {
    expect(() => readSeedFile('/nowhere/seed.yaml')).toThrow('/nowhere/seed.yaml: cannot be read (ENOENT)');
  });
});
