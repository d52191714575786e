import { describe, expect, it } from '@jest/globals';
import type { BulkListPaging, Emulator } from '../../../src/testing';
import { emulate, send } from './support/emulator-client';

/** Names of 120 syncs, the one changed last first. */
const names = Array.from({ length: 120 }, (_, index) => `sync ${String(index).padStart(3, '0')}`);
const syncs = names.map((name, index) => ({
  name,
  updated_at: new Date(Date.UTC(2026, 0, 1) - index * 1_000).toISOString(),
}));

interface Page {
  readonly names: string[];
  readonly token?: string;
}

async function readPage(emulator: Emulator, path: string): Promise<Page> {
  const { body } = await send(emulator, `GET ${path}`);
  const items = (body.data ?? []) as unknown as { name: string }[];
  return { names: items.map(({ name }) => name), token: body.pagination?.next_page_token };
}

async function walk(emulator: Emulator, path: string): Promise<string[][]> {
  const pages: string[][] = [];
  let page = await readPage(emulator, path);
  for (pages.push(page.names); page.token !== undefined; pages.push(page.names)) {
    page = await readPage(emulator, `${path}?page_token=${page.token}`);
  }
  return pages;
}

describe('lists', () => {
  it.each(['/api/syncs', '/api/bulk/syncs'])('%s comes in pages of 50, newest change first', async (path) => {
    const emulator = await emulate({ seed: { modelSyncs: syncs, bulkSyncs: syncs } });
    const pages = await walk(emulator, path);
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 20]);
    expect(pages.flat()).toEqual(names);
  });

  it('take a smaller limit, and read zero and too much as 50', async () => {
    const emulator = await emulate({ seed: { modelSyncs: syncs } });
    const sizes = await Promise.all(
      ['7', '0', '-1', '500'].map((limit) => readPage(emulator, `/api/syncs?limit=${limit}`)),
    );
    expect(sizes.map((page) => page.names.length)).toEqual([7, 50, 50, 50]);
  });

  it('answer null when empty', async () => {
    const emulator = await emulate({ seed: { connections: [], modelSyncs: [] } });
    const { id } = emulator.addModelSync();
    for (const path of ['/api/bulk/syncs', '/api/connections', '/api/events', `/api/syncs/${id}/executions`]) {
      expect((await send(emulator, `GET ${path}`)).body.data).toBeNull();
    }
  });

  it('filter by activity, mode and target', async () => {
    const emulator = await emulate({
      seed: {
        modelSyncs: [
          { name: 'a', active: false },
          { name: 'b', mode: 'create' },
          { name: 'c', target: { connection_id: 'x' } },
        ],
      },
    });
    const found = async (query: string) => (await readPage(emulator, `/api/syncs?${query}`)).names.sort();
    expect(await found('active=false')).toEqual(['a']);
    expect(await found('mode=create')).toEqual(['b']);
    expect(await found('target_connection_id=x')).toEqual(['c']);
    expect(await found('active=true&mode=updateOrCreate')).toEqual(['c']);
  });

  it.each<[BulkListPaging, number, boolean]>([
    ['all', 120, false],
    ['truncated', 50, false],
    ['ignored', 50, true],
  ])('of bulk syncs can page as %s', async (bulkListPaging, size, offersToken) => {
    const emulator = await emulate({ bulkListPaging, seed: { bulkSyncs: syncs } });
    const first = await readPage(emulator, '/api/bulk/syncs');
    const second = await readPage(emulator, `/api/bulk/syncs?page_token=${first.token}`);
    expect([first.names.length, first.token !== undefined]).toEqual([size, offersToken]);
    expect(second).toEqual(first);
  });

  it('of model runs come newest first in pages, or only the completed ones', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync();
    const runs = [];
    emulator.scriptNext(id, 'failed');
    for (let index = 0; index < 52; index += 1) {
      runs.push(emulator.startRun(id));
      emulator.clock.advance(1_000);
    }
    const idsOf = async (query: string) => {
      const { body } = await send(emulator, `GET /api/syncs/${id}/executions${query}`);
      return {
        ids: (body.data as unknown as { id: string }[]).map((run) => run.id),
        token: body.pagination?.next_page_token,
      };
    };
    const first = await idsOf('');
    expect(first.ids).toEqual([...runs].reverse().slice(0, 50));
    expect((await idsOf(`?page_token=${first.token}`)).ids).toEqual([runs[1], runs[0]]);
    expect((await idsOf('?only_completed=true&ascending=true')).ids[0]).toBe(runs[1]);
  });
});
