/** One caller that waits until a run is found. */
import type { SyncRef } from '../../contracts/sync-kind';
import type { Clock } from '../../polytomic/clock';
import type { ShapedExecution } from '../sync-adapter';
import { PendingCall } from '../watcher/pending-call';
import type { WantedRun } from './pick-run';

/** What to search, and how long. */
export interface SearchRequest extends SyncRef, WantedRun {
  /** Give up after so many milliseconds, those included that were searched before; null: search without end. */
  waitForMs: number | null;
  /** How long earlier attempts searched; the longer, the rarer are its reads. Default 0. */
  waitedMs?: number;
  /** How long earlier attempts had been refused when they ended; null: they were not. */
  refusedForMs?: number | null;
  /** Leaves at once, with the signal's reason as the error. */
  signal: AbortSignal;
}

interface SearchOptions {
  clock: Clock;
  onLeave: (search: RunSearch) => void;
}

/** Its promise tells the run; null when the time is up. */
export class RunSearch {
  private readonly call: PendingCall<ShapedExecution | null>;
  private readonly clock: Clock;
  private readonly beganAt: number;

  constructor(
    readonly request: SearchRequest,
    { clock, onLeave }: SearchOptions,
  ) {
    this.clock = clock;
    this.beganAt = clock.monotonic() - (request.waitedMs ?? 0);
    this.call = new PendingCall({ clock, signal: request.signal, onLeave: () => onLeave(this) });
  }

  get promise(): Promise<ShapedExecution | null> {
    return this.call.promise;
  }

  /** How long it has searched, earlier attempts included. */
  get waitedMs(): number {
    return this.clock.monotonic() - this.beganAt;
  }

  /** Starts to listen for the caller's signal and the deadline. */
  listen(): void {
    const { waitForMs } = this.request;
    if (this.call.listen() && waitForMs !== null) {
      this.call.callAt(this.beganAt + waitForMs, () => this.finish(null));
    }
  }

  finish(found: ShapedExecution | null): void {
    this.call.finish(found);
  }

  fail(reason: unknown): void {
    this.call.fail(reason);
  }
}
