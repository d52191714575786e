/** One caller that waits until a run is found. */
import type { SyncRef } from '../../contracts/sync-kind';
import type { ShapedExecution } from '../sync-adapter';
import { PendingCall } from '../watcher/pending-call';
import type { WatcherClock } from '../watcher/watcher-clock';
import type { WantedRun } from './pick-run';

/** What to look for, and how long. Times are milliseconds since the epoch. */
export interface SearchRequest extends SyncRef, WantedRun {
  /** When the search began, perhaps at another worker: the older it is, the rarer are its looks. */
  since: number;
  /** Give up at this time; null: search without end. */
  deadlineAt: number | null;
  /** Leaves at once, with the signal's reason as the error. */
  signal: AbortSignal;
}

interface SearchHooks {
  clock: WatcherClock;
  onLeave: (search: RunSearch) => void;
}

/** Its promise tells the run; null when the deadline passed. */
export class RunSearch {
  private readonly call: PendingCall<ShapedExecution | null>;

  constructor(
    readonly request: SearchRequest,
    { clock, onLeave }: SearchHooks,
  ) {
    this.call = new PendingCall({ clock, signal: request.signal, onLeave: () => onLeave(this) });
  }

  get promise(): Promise<ShapedExecution | null> {
    return this.call.promise;
  }

  /** Starts to listen for the caller's signal and the deadline. */
  begin(): void {
    const { deadlineAt } = this.request;
    if (this.call.listen() && deadlineAt !== null) this.call.at(deadlineAt, () => this.finish(null));
  }

  finish(found: ShapedExecution | null): void {
    this.call.finish(found);
  }

  fail(reason: unknown): void {
    this.call.fail(reason);
  }
}
