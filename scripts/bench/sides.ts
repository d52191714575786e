/** Who waits in the benchmark. */

/** A loop on the official SDK, by its interval: 5 s is what it suggests, 60 s the longest that integrations ship. */
export const loops = { 'loop 5 s': 5_000, 'loop 60 s': 60_000 } as const;

/** One of the loops. */
export type LoopSide = keyof typeof loops;

/** Every side, ours first. */
export type Side = 'ours' | LoopSide;

/** The loops in order. */
export const loopSides = Object.keys(loops) as LoopSide[];

/** All of them in order. */
export const sides: readonly Side[] = ['ours', ...loopSides];
