import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
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
    ['jobs: { dance: {} }', 'jobs.dance: expected no such field, only createmodel'],
    ['[]', 'the seed: expected an object'],
    ['a: [', 'is neither YAML nor JSON'],
  ])('that says %s is refused by its path and field', (content, message) => {
    const path = fileWith(content);
    expect(() => readSeedFile(path)).toThrow(`${path}: ${message}`);
  });

  it('that is not there is refused by its path', () => {
    expect(() => readSeedFile('/nowhere/seed.yaml')).toThrow('/nowhere/seed.yaml: cannot be read (ENOENT)');
  });
});
