/** The graph of what waits for what. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkGraph, dependentsOf, readyNodes, writePath, type GraphNode } from '../../../src/rules/graph';

/** From `{ b: 'a' }`: b comes after a. */
function graph(after: Record<string, string>): GraphNode[] {
  return Object.entries(after).map(([id, names]) => ({ id, after: names === '' ? [] : names.split(' ') }));
}

const diamond = graph({ a: '', b: 'a', c: 'a', d: 'b c' });

/** Sound graphs of up to 30 nodes: each comes after some that were made before it; then shuffled. */
const sound = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 30 })
  .map((picks) =>
    picks.map((wanted, index): GraphNode => ({
      id: `n${index}`,
      after: index === 0 ? [] : [...new Set(wanted.map((pick) => `n${pick % index}`))],
    })),
  )
  .chain((nodes) => fc.shuffledSubarray(nodes, { minLength: nodes.length }));

describe('checkGraph', () => {
  it.each([
    ['nodes that wait for nothing', graph({ a: '', b: '' })],
    ['two ways to one node', diamond],
    ['no nodes', []],
  ])('has nothing to say against %s', (_name, nodes) => {
    expect(checkGraph(nodes)).toEqual([]);
  });

  it('names what is waited for and not there, and what is there twice', () => {
    expect(checkGraph([...graph({ a: 'ghost', b: 'a' }), { id: 'b', after: [] }])).toEqual([
      { problem: 'unknown', id: 'a', after: 'ghost' },
      { problem: 'duplicate', id: 'b' },
    ]);
  });

  it.each([
    ['a node that waits for itself', graph({ a: 'a' }), 'a -> a'],
    ['two that wait for each other', graph({ a: 'b', b: 'a' }), 'a -> b -> a'],
    [
      'a cycle behind an entrance, without the entrance',
      graph({ in: 'a', a: 'b', b: 'c', c: 'a' }),
      'a -> b -> c -> a',
    ],
  ])('writes the path of %s', (_name, nodes, written) => {
    const paths = checkGraph(nodes).flatMap((one) => (one.problem === 'cycle' ? [writePath(one.path)] : []));
    expect(paths).toEqual([written]);
  });

  it('walks a chain of any length', () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => ({ id: `${index}`, after: [`${index + 1}`] }));
    expect(checkGraph([...chain, { id: '20000', after: ['0'] }])).toMatchObject([{ problem: 'cycle' }]);
  });

  it('finds each sound graph sound, and a cycle as soon as an early node waits for one that comes after it', () => {
    fc.assert(
      fc.property(sound, fc.nat(), (nodes, pick) => {
        expect(checkGraph(nodes)).toEqual([]);
        const early = nodes[pick % nodes.length];
        const [late] = early ? dependentsOf(nodes, early.id) : [];
        fc.pre(early !== undefined && late !== undefined);
        const bent = nodes.map((node) => (node === early ? { ...node, after: [...node.after, late ?? ''] } : node));
        const cycles = checkGraph(bent).flatMap((one) => (one.problem === 'cycle' ? [one.path] : []));
        expect(cycles.length).toBeGreaterThan(0);
        for (const path of cycles) {
          expect(path.at(0)).toBe(path.at(-1));
          path.slice(1).forEach((id, index) => {
            expect(bent.find((node) => node.id === path[index])?.after).toContain(id);
          });
        }
      }),
    );
  });
});

describe('readyNodes', () => {
  const ready = (...done: string[]): string[] => readyNodes(diamond, new Set(done)).map(({ id }) => id);

  it('are those all of whose predecessors are done', () => {
    expect([ready(), ready('a'), ready('a', 'b'), ready('a', 'b', 'c')]).toEqual([['a'], ['b', 'c'], ['c'], ['d']]);
  });

  it('come to every node of a sound graph, each after what it waits for', () => {
    fc.assert(
      fc.property(sound, fc.nat(), (nodes, pick) => {
        const done = new Set<string>();
        while (done.size < nodes.length) {
          const now = readyNodes(nodes, done);
          const next = now[pick % now.length];
          expect(next?.after.every((name) => done.has(name))).toBe(true);
          done.add(next?.id ?? '');
        }
        expect(readyNodes(nodes, done)).toEqual([]);
      }),
    );
  });
});

describe('dependentsOf', () => {
  it('are all that come after a node, near and far, and nothing else', () => {
    expect(dependentsOf(diamond, 'a')).toEqual(new Set(['b', 'c', 'd']));
    expect(dependentsOf(diamond, 'c')).toEqual(new Set(['d']));
    expect(dependentsOf(diamond, 'd')).toEqual(new Set());
  });

  it('are never ready while the node is not done', () => {
    fc.assert(
      fc.property(sound, fc.nat(), (nodes, pick) => {
        const node = nodes[pick % nodes.length];
        fc.pre(node !== undefined);
        const behind = dependentsOf(nodes, node?.id ?? '');
        const reached = new Set<string>();
        for (let next = readyNodes(nodes, reached); next.some(({ id }) => id !== node?.id);) {
          for (const { id } of next) if (id !== node?.id) reached.add(id);
          next = readyNodes(nodes, reached);
        }
        const stuck = nodes.filter(({ id }) => !reached.has(id) && id !== node?.id).map(({ id }) => id);
        expect(new Set(stuck)).toEqual(behind);
      }),
    );
  });
});
