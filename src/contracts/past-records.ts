/** What crosses for `readPastRecords`: how many records the runs before a run had. */
import type { ItemFailure } from './item-failure';
import type { ExecutionRef } from './sync-kind';

/** A run that has completed. */
export interface PastRecordsItem extends ExecutionRef {
  /** Earlier runs that are not compared with it, as the same workflow started them. */
  except: string[];
}

/** Request of `readPastRecords`; at most 20 items. */
export interface ReadPastRecordsRequest {
  organization: string;
  items: PastRecordsItem[];
}

/** What was found of one run. */
export type PastRecords =
  /** Counts of completed runs before it that were started alike, newest first, at most ten. */
  | { type: 'read'; records: number[] }
  /** The list of runs does not show the run itself, perhaps not yet. */
  | { type: 'unlisted' }
  | { type: 'unread'; failure: ItemFailure };
