/** Breaks that the simulation must notice. */
import { engineMutations } from './engine-mutations';
import type { Mutation } from './mutation';
import { obstacleMutations } from './obstacle-mutations';
import { startMutations } from './start-mutations';

/** Seeds that once broke a promise: they are tried first, since they meet what is rare. */
export const tellingSeeds: readonly number[] = [
  374, 833, 973, 1451, 1641, 3552, 5449, 10925, 30661, 31940, 33877, 35961, 44530, 101428, 204985, 256107,
];

/** All of them; each must turn a campaign red. */
export const mutations: readonly Mutation[] = [...startMutations, ...engineMutations, ...obstacleMutations];
