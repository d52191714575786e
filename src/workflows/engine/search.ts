/** What `awaitSync` searches for where no run is named. */

/** The first run that ended after a time, by Polytomic's clock. */
export interface SearchSpec {
  endedAfter: string;
  /** Runs that were read as in progress later than that. */
  inProgress: string[];
}
