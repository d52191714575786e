/** The syncs of a fan-out: windows of a list that does not fit at once, each sync exactly once. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ListedSyncs } from '../../../src/contracts/list-syncs';
import { FanOutSource, type FanOutSourceHooks } from '../../../src/workflows/library/many/fan-out-source';
import { fanOut, prepared } from './support';

/** Lists `ids` in windows of so many. */
function listing(ids: string[], window: number, told: Partial<ListedSyncs> = {}): FanOutSourceHooks['list'] {
  const sorted = [...new Set(ids)].sort();
  return ({ after }) => {
    const rest = sorted.filter((id) => id > (after ?? ''));
    const page = rest.slice(0, window);
    return Promise.resolve({
      ids: page,
      names: page.map((id) => `name of ${id}`),
      active: page.map(() => true),
      connections: ['warehouse', 'lake'],
      source: page.map(() => 0),
      target: page.map((_id, index) => (index % 2 === 0 ? 1 : -1)),
      total: sorted.length,
      nextAfter: rest.length > window ? (page.at(-1) ?? null) : null,
      missing: [],
      complete: true,
      ...told,
    });
  };
}

function hooks(list: FanOutSourceHooks['list']): FanOutSourceHooks & { skippedIds: string[]; missingIds: string[] } {
  const skippedIds: string[] = [];
  const missingIds: string[] = [];
  return {
    ...{ list, skippedIds, missingIds },
    skipped: ({ id }) => skippedIds.push(id),
    missing: ({ id }) => missingIds.push(id),
  };
}

const ids = fc.uniqueArray(fc.uuid(), { maxLength: 60 });

describe('the syncs of a fan-out', () => {
  it('come once each, however large a window is and however often the workflow continues as new', async () => {
    await fc.assert(
      fc.asyncProperty(ids, fc.integer({ min: 1, max: 20 }), fc.array(fc.boolean()), async (all, window, leaves) => {
        const given = hooks(listing(all, window));
        let source = new FanOutSource(prepared, { ...fanOut, maxConcurrent: 3 }, given);
        const taken: string[] = [];
        for (let turn = 0; source.waiting > 0 || source.wantsMore; turn++) {
          if (source.wantsMore) await source.load();
          const [job] = source.available();
          if (job) {
            source.take(job);
            taken.push(job.id);
          }
          if (leaves[turn]) source = new FanOutSource(prepared, fanOut, given, structuredClone(source.state));
        }
        expect(taken.toSorted()).toEqual(all.toSorted());
        expect(source.total).toBe(all.length);
      }),
    );
  });

  it('keep their names and connections when the workflow continues as new', async () => {
    const source = new FanOutSource(prepared, fanOut, hooks(listing(['a', 'b'], 10)));
    await source.load();
    const next = new FanOutSource(prepared, fanOut, hooks(listing([], 1)), source.state);
    expect([...next.available()]).toEqual([...source.available()]);
    expect([...next.available()]).toMatchObject([
      { id: 'a', name: 'name of a', connections: ['warehouse', 'lake'], known: { name: 'name of a', active: true } },
      { id: 'b', connections: ['warehouse'] },
    ]);
  });

  it('count as waiting before they are read, so that a fan-out is not done too early', async () => {
    const source = new FanOutSource(prepared, { ...fanOut, maxConcurrent: 1 }, hooks(listing(['a', 'b', 'c'], 1)));
    expect(source.total).toBeNull();
    expect(source.waiting).toBe(1);
    await source.load();
    expect([source.total, source.waiting]).toEqual([3, 3]);
  });

  it('that are skipped before they are read never come, and are told', async () => {
    const given = hooks(listing(['a', 'b', 'c'], 1));
    const source = new FanOutSource(prepared, fanOut, given);
    await source.load();
    expect(source.skip('a')?.id).toBe('a');
    source.checkSkip('c');
    expect(source.skip('c')).toBeNull();
    while (source.wantsMore) await source.load();
    expect([...source.available()].map(({ id }) => id)).toEqual(['b']);
    expect(given.skippedIds).toEqual(['c']);
    expect(() => source.checkSkip('a')).toThrow('no sync a waits');
  });

  it('that the filter names and Polytomic does not have are told and counted', async () => {
    const given = hooks(listing(['a'], 10, { missing: ['ghost'] }));
    const source = new FanOutSource(prepared, fanOut, given);
    await source.load();
    expect(given.missingIds).toEqual(['ghost']);
    expect([source.total, source.waiting]).toEqual([2, 1]);
  });

  it('are all given up at once, those that were not read included', async () => {
    const source = new FanOutSource(prepared, fanOut, hooks(listing(['a', 'b', 'c'], 1)));
    await source.load();
    expect(source.drop()).toMatchObject({ jobs: [{ id: 'a' }], unread: 2 });
    expect([source.waiting, source.wantsMore]).toEqual([0, false]);
  });

  it('may be incomplete, which is remembered', async () => {
    const source = new FanOutSource(prepared, fanOut, hooks(listing(['a'], 1, { complete: false })));
    await source.load();
    expect(new FanOutSource(prepared, fanOut, hooks(listing([], 1)), source.state).complete).toBe(false);
  });
});
