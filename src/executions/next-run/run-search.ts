/** One caller that waits until a run is found. */
import type { SyncRef } from '../../contracts/sync-kind';
import type { Clock } from '../../polytomic/clock';
import type { ShapedExecution } from '../sync-adapter';
import { PendingCall, type CallTerms } from '../watcher/pending-call';
import type { WantedRun } from './pick-run';

/** What to search, and how long: the longer it has waited, the rarer are its reads. */
export interface SearchRequest extends SyncRef, WantedRun, CallTerms {
  /** How long earlier attempts had been refused when they ended; null: they were not. */
  refusedForMs?: number | null;
}

/** Its promise tells the run; null when the time is up. */
export class RunSearch extends PendingCall<ShapedExecution | null> {
  constructor(
    clock: Clock,
    readonly request: SearchRequest,
    private readonly release: (search: RunSearch) => void,
  ) {
    super(clock, request);
  }

  protected onDeadline(): void {
    this.finish(null);
  }

  protected onLeave(): void {
    this.release(this);
  }
}
