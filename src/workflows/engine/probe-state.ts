/** What is remembered of reads that led to nothing. */

/** Carried along with the engine's state. */
export interface Probe {
  /** How many did, in a row. */
  fruitless: number;
  /** When the jobs that they were about may be read again; milliseconds since the epoch. */
  notBefore: number;
  /** These jobs. */
  ids: string[];
  /** Reads of other jobs that were made, and led to nothing, before that time. */
  early: number;
}

/** Nothing was read in vain. */
export function newProbe(): Probe {
  return { fruitless: 0, notBefore: 0, ids: [], early: 0 };
}
