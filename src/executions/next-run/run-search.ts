/** One caller that waits until a run is found. */
import type { SyncRef } from '../../contracts/sync-kind';
import type { ShapedExecution } from '../sync-adapter';
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

/** Its promise settles once; afterwards the search holds no timer and no listener. */
export class RunSearch {
  /** The run; null when the deadline passed. */
  readonly promise: Promise<ShapedExecution | null>;
  private readonly cancels: (() => void)[] = [];
  private over = false;
  private resolve!: (found: ShapedExecution | null) => void;
  private reject!: (reason: unknown) => void;

  constructor(
    readonly request: SearchRequest,
    private readonly hooks: SearchHooks,
  ) {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Starts to listen for the caller's signal and the deadline. */
  begin(): void {
    const { signal, deadlineAt } = this.request;
    if (signal.aborted) return this.fail(signal.reason);
    const abort = (): void => this.fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    this.cancels.push(() => signal.removeEventListener('abort', abort));
    if (deadlineAt !== null) this.endAt(deadlineAt);
  }

  finish(found: ShapedExecution | null): void {
    if (this.leave()) this.resolve(found);
  }

  fail(reason: unknown): void {
    if (this.leave()) this.reject(reason);
  }

  private leave(): boolean {
    if (this.over) return false;
    this.over = true;
    for (const cancel of this.cancels.splice(0)) cancel();
    this.hooks.onLeave(this);
    return true;
  }

  /** However far away: one timer cannot last a month. */
  private endAt(time: number): void {
    const { clock } = this.hooks;
    const cancel = clock.setTimer(time - clock.now(), () => {
      if (clock.now() >= time) this.finish(null);
      else this.endAt(time);
    });
    this.cancels.push(cancel);
  }
}
