/** Where jobs come from: part of the engine's state. */
import type { ResolvedSteps } from '../../contracts/prepared-fan-out';
import type { Job } from './job';

/** A sync of the list that was not admitted yet. */
export type QueuedSync = Pick<Job, 'connections'> & { id: string; name: string; active: boolean };

/** Where jobs come from. */
export type Queue =
  /** All jobs are there from the beginning. */
  | { type: 'none' }
  | {
      type: 'list';
      waiting: QueuedSync[];
      /** The id to go on reading from; null: all were read. */
      after: string | null;
      total: number | null;
      taken: number;
      /** Whether Polytomic's list was proved to be complete so far. */
      complete: boolean;
    }
  | {
      type: 'graph';
      steps: ResolvedSteps;
      waiting: string[];
      succeeded: string[];
      /** By step: when the last of its predecessors ended (RFC 3339). */
      startedAfter: Record<string, string>;
    };
