/** What every way of finding the Temporal CLI is given, and what it answers. */
import type { Log } from './with-progress';

/** The surroundings of a search. */
export interface Search {
  env: NodeJS.ProcessEnv;
  log: Log;
}

/** The path of a usable program, or why this way gave none (part of a sentence, for the final message). */
export type Found = { path: string } | { reason: string };

/** One way of finding the Temporal CLI; rejects only where looking further would make no sense. */
export type Way = (search: Search) => Promise<Found>;
