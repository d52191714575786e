/** Random specs under random trouble, in simulated time: each object exactly once, or none. */
import { describe, expect, it } from '@jest/globals';
import { simulateProvisioning, type Mutation } from '../../simulation/provision-sim';

const seeds = Array.from({ length: 25 }, (_one, index) => index + 1);

describe('the simulation of provisioning', () => {
  it('makes each object exactly once, or leaves none', async () => {
    const broken: unknown[] = [];
    const outcomes = new Set<string>();
    for (const seed of seeds) {
      const { problems, outcome } = await simulateProvisioning(seed).catch((error: unknown) => ({
        problems: [String(error)],
        outcome: 'failed',
      }));
      outcomes.add(outcome);
      if (problems.length > 0) broken.push({ seed, outcome, problems: problems.slice(0, 3) });
    }
    expect(broken).toEqual([]);
    expect([...outcomes]).toEqual(expect.arrayContaining(['applied', 'terminated', 'cancelled']));
  });

  // A killed worker's create arrived after the undo had looked for it, found nothing and forgotten that it had been begun.
  it('leaves nothing that it does not know of in the story of seed 909058, in which it once did', async () => {
    expect((await simulateProvisioning(909_058)).problems).toEqual([]);
  });

  // Each with the first of some seeds that notice.
  it.each<[Mutation, number]>([
    ['noKey', 1],
    ['noLookUp', 1],
    ['noIntent', 30],
    ['noUndoFirst', 54],
  ])(
    'notices what is broken by %s',
    async (mutation, first) => {
      for (const seed of seeds) {
        const { problems } = await simulateProvisioning(seed + first - 1, mutation).catch((error: unknown) => ({
          problems: [String(error)],
        }));
        if (problems.length > 0) return;
      }
      throw new Error(`no seed noticed ${mutation}`);
    },
    240_000,
  );
});
