/** Who fits beside whom. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Concurrency, runsOfOthers } from '../../../src/rules/concurrency';

const connectionIds = fc.constantFrom('lake', 'crm', 'erp', 'shop');
const onConnections = fc.array(connectionIds, { maxLength: 2 });
const runCounts = fc.dictionary(connectionIds, fc.nat(5));

/** How many of these syncs touch a connection. */
const touching = (syncs: readonly (readonly string[])[], id: string): number =>
  syncs.filter((connections) => connections.includes(id)).length;

describe('the limits of concurrency', () => {
  it('are kept by whoever enters only where he fits, and nobody who would fit is kept out', () => {
    const limits = fc.record({
      maxConcurrent: fc.integer({ min: 1, max: 12 }),
      maxConcurrentPerConnection: fc.option(fc.integer({ min: 1, max: 4 })),
    });
    fc.assert(
      fc.property(limits, runCounts, fc.array(onConnections, { maxLength: 40 }), (given, others, syncs) => {
        const room = new Concurrency(given, others);
        const most = given.maxConcurrentPerConnection ?? Infinity;
        const entered: string[][] = [];
        const crowded = (id: string): boolean => touching(entered, id) + (others[id] ?? 0) >= most;
        for (const connections of syncs) {
          const isFull = entered.length === given.maxConcurrent;
          expect(room.fits(connections)).toBe(!isFull && !connections.some(crowded));
          expect(room.free).toBe(given.maxConcurrent - entered.length);
          if (!room.fits(connections)) continue;
          room.enter(connections);
          entered.push(connections);
        }
      }),
    );
  });

  it('let those run on that were more than a lower limit allows, and nobody else in', () => {
    const room = new Concurrency({ maxConcurrent: 1, maxConcurrentPerConnection: null });
    room.enter([]);
    room.enter([]);
    expect(room.free).toBe(0);
    expect(room.fits([])).toBe(false);
  });
});

describe('runs of others', () => {
  it('are those that were seen on a connection and are not ours', () => {
    fc.assert(
      fc.property(fc.array(onConnections), runCounts, (own, others) => {
        const seen = Object.fromEntries(
          Object.entries(others).map(([id, count]) => [id, count + touching(own, id)] as const),
        );
        expect(runsOfOthers(seen, own)).toEqual(others);
      }),
    );
  });

  it('are never fewer than none, though runs of ours ended unseen meanwhile', () => {
    expect(runsOfOthers({ lake: 1 }, [['lake'], ['lake', 'crm']])).toEqual({ lake: 0 });
  });
});
