/** The page docs/documented-pages.md names every documented part, and tests that exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { contract } from '../../../src/testing/http/contract';
import createPage from '../../fixtures/pages/create-sync.json';
import statusPage from '../../fixtures/pages/get-sync-status.json';
import syncPage from '../../fixtures/pages/get-sync.json';
import bulkListPage from '../../fixtures/pages/list-bulk-syncs.json';
import listPage from '../../fixtures/pages/list-syncs.json';
import { emulate, send } from './support/emulator-client';

const sections = readFileSync('docs/documented-pages.md', 'utf8').split('\n## ').slice(1);
const sectionOf = (call: string): string => sections.find((section) => section.includes(`\`${call}`)) ?? '';

const pages = [
  ['GET /api/syncs`', 'modelSync.list', '2022-12-12', listPage.response.data[0]],
  ['GET /api/syncs/{id}`', 'modelSync.get', '2024-02-08', syncPage.response.data],
  ['GET /api/bulk/syncs`', 'bulkSync.list', '2025-09-18', bulkListPage.response.data[0]],
  ['POST /api/syncs`', 'modelSync.create', '2022-12-12', createPage.response.data],
  ['GET /api/syncs/{id}/status`', 'modelSync.getStatus', '2022-12-12', statusPage.response.data],
] as const;

describe('the page of the documented parts', () => {
  it.each(pages)('has every field, parameter, header and status of %s (%s, %s)', (call, id, version, answer) => {
    const section = sectionOf(call);
    const operation = contract.operations.find((known) => known.id === id && known.versions.includes(version));
    const inVersion = (fields: object = {}): string[] =>
      Object.entries(fields as Record<string, string | { versions?: readonly string[] }>)
        .filter(([, field]) => typeof field === 'string' || (field.versions?.includes(version) ?? true))
        .map(([name]) => name);
    const parts = [
      ...Object.keys(answer ?? {}).map((name) => `field \`${name}\``),
      ...inVersion(operation?.query).map((name) => `parameter \`${name}\``),
      ...inVersion(operation?.body).map((name) => `body \`${name}\``),
      ...(operation?.errors ?? []).map((status) => `status ${status}`),
      'header `Authorization`',
      'header `X-Polytomic-Version`',
      'status 200',
      'status 401',
    ];
    expect(parts.filter((part) => !section.includes(`- ${part}`))).toEqual([]);
  });

  it('names tests that exist', () => {
    const folder = 'test/unit/testing';
    const source = new Map(readdirSync(folder).map((name) => [name, join(folder, name)]));
    const named = [...sections.join('\n').matchAll(/: `([\w-]+\.test\.ts)`: (.*)$/gm)];
    expect(named.length).toBeGreaterThan(100);
    for (const [, file = '', title = ''] of named) {
      const text = readFileSync(source.get(file) ?? file, 'utf8');
      expect({ file, title, there: title === 'the whole file' || text.includes(title) }).toMatchObject({ there: true });
    }
  });

  it('answers 404 for a sync that is not there', async () => {
    const emulator = await emulate();
    for (const path of ['/api/syncs/nobody', '/api/syncs/nobody/status']) {
      for (const version of ['2022-12-12', '2024-02-08']) {
        expect((await send(emulator, `GET ${path}`, { version })).status).toBe(404);
      }
    }
  });
});
