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

/** Paths of the values in an example; of a list its first item stands for all. */
function leavesIn(value: unknown, path: readonly string[] = []): string[] {
  const shown = Array.isArray(value) && typeof value[0] === 'object' ? (value[0] as unknown) : value;
  if (typeof shown !== 'object' || shown === null || Array.isArray(shown)) return [path.join('.')];
  return Object.entries(shown).flatMap(([name, item]) => leavesIn(item, [...path, name]));
}

/** A row of its own, or a place in the row of a field above it. */
function isNamed(section: string, leaf: string): boolean {
  if (section.includes(`- field \`${leaf}\``)) return true;
  const names = leaf.split('.');
  return names.some((_name, index) => {
    const [above, below] = [names.slice(0, index).join('.'), names.slice(index).join('.')];
    const row = section.split('\n').find((line) => line.startsWith(`- field \`${above}\` (`));
    return row?.includes(`\`${below}\``) === true;
  });
}

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

  it.each(pages)('names what lies below the fields of %s, too', (call, _id, _version, answer) => {
    const section = sectionOf(call);
    expect(leavesIn(answer).filter((leaf) => !isNamed(section, leaf))).toEqual([]);
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

  it('says of every resource that begins later why it does, and what each older version has', () => {
    const [, section = ''] = readFileSync('docs/documented-pages.md', 'utf8').split('\n## Operations that begin with');
    const resourcesIn = (version: string): Set<string> =>
      new Set(
        contract.operations
          .filter(({ versions }) => versions.includes(version))
          .map(({ id }) => id.replace(/\..*/, '')),
      );
    expect([...resourcesIn('2022-12-12')].sort()).toEqual(['modelSync', 'organization']);
    expect([...resourcesIn('2023-04-25')].sort()).toEqual(['connections', 'modelSync', 'models', 'organization']);
    const later = contract.operations.filter(({ versions }) => !versions.includes('2023-04-25'));
    const reasons = section.split('\n').filter((line) => line.startsWith('- '));
    const without = later
      .map(({ id }) => id.replace(/\..*/, ''))
      .filter((name) => !reasons.some((line) => line.includes(`\`${name}\``)));
    expect(without).toEqual([]);
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
