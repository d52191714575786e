/** How many lists of Polytomic a name, and a page of names, take: each reads the whole list, which may be long. */
import { describe, expect, it } from '@jest/globals';
import type { Temporal } from '../../../src/cli/connect';
import { findSyncs } from '../../../src/cli/syncs/find-syncs';
import { listAllSyncs, listFirstSyncs } from '../../../src/cli/syncs/list-syncs';
import type { ListPolytomicSyncsInput, PolytomicSyncs } from '../../../src/contracts/inspection';

const pageSize = 3;

/** Bulk syncs of these names, a few in each answer, and what was asked for. */
function listing(...names: string[]): { temporal: Temporal; asked: ListPolytomicSyncsInput[] } {
  const asked: ListPolytomicSyncsInput[] = [];
  const execute = (_type: string, { args: [input] }: { args: [ListPolytomicSyncsInput] }): Promise<PolytomicSyncs> => {
    asked.push(input);
    const wanted = names.map((name, at) => ({ name, id: `id-${at}` })).filter(matches(input));
    const rows = wanted.filter(({ id }) => id > (input.after ?? '')).slice(0, pageSize);
    const isLast = rows.at(-1)?.id === wanted.at(-1)?.id;
    return Promise.resolve({
      ...{ kind: input.kind, ids: rows.map(({ id }) => id), names: rows.map(({ name }) => name) },
      ...{ active: rows.map(() => true), total: wanted.length, complete: true },
      ...{ connections: [], source: rows.map(() => -1), target: rows.map(() => -1), missing: [] },
      nextAfter: isLast ? null : (rows.at(-1)?.id ?? null),
    });
  };
  return { temporal: { client: { workflow: { execute } }, taskQueue: 'q' } as unknown as Temporal, asked };
}

const matches =
  ({ filter }: ListPolytomicSyncsInput) =>
  ({ name }: { name: string }): boolean =>
    filter?.name === undefined || name === filter.name;

const seven = ['a', 'b', 'c', 'd', 'e', 'f', 'G'];

describe('names of syncs', () => {
  const find = (temporal: Temporal, ...asked: string[]) =>
    findSyncs(temporal, { asked, kinds: ['bulk'], organization: undefined });

  it('are looked up by a filter, so that thousands of others need not be told', async () => {
    const { temporal, asked } = listing(...seven);
    expect(await find(temporal, 'f')).toMatchObject([{ syncId: 'id-5' }]);
    expect(asked).toEqual([{ kind: 'bulk', filter: { active: null, name: 'f' } }]);
  });

  it('are looked for in the whole list where none is spelt so', async () => {
    const { temporal } = listing(...seven);
    expect(await find(temporal, 'g')).toMatchObject([{ syncId: 'id-6', name: 'G' }]);
    await expect(find(temporal, 'nothing like it')).rejects.toThrow('No sync has the id or name');
  });

  it('are all told where several are wrong', async () => {
    const { temporal } = listing(...seven);
    await expect(find(temporal, 'one', 'a', 'two')).rejects.toThrow(/"one"\n.*"two"/s);
  });

  it('are listed where several bear it, and a glob is no name', async () => {
    const { temporal } = listing('twin', 'twin', '*');
    await expect(find(temporal, 'twin')).rejects.toThrow('2 syncs are named "twin"');
    expect(await find(temporal, '*')).toMatchObject([{ syncId: 'id-2' }]);
  });
});

describe('a list of syncs', () => {
  it('ends with as many as are wanted, and knows how many there are', async () => {
    const { temporal, asked } = listing(...seven);
    const { syncs, total } = await listFirstSyncs(temporal, { kinds: ['bulk'] }, 2);
    expect([syncs.length, total, asked.length]).toEqual([3, 7, 1]);
    expect(await listAllSyncs(temporal, { kinds: ['bulk'] })).toHaveLength(7);
  });
});
