/** One caller who waits for an answer, until it comes or the caller leaves. */
import type { Clock } from '../../polytomic/clock';

/** What a pending call is built from. */
export interface PendingCallOptions {
  clock: Clock;
  /** Leaves at once, with the signal's reason as the error. */
  signal: AbortSignal;
  /** Called once, before the promise settles. */
  onLeave: () => void;
}

/** Its promise settles once; afterwards it holds no timer and no listener. */
export class PendingCall<T> {
  readonly promise: Promise<T>;
  private readonly cancels: (() => void)[] = [];
  private isOver = false;
  private resolve!: (answer: T) => void;
  private reject!: (reason: unknown) => void;

  constructor(private readonly options: PendingCallOptions) {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Listens to the signal; false when the caller has left already. */
  listen(): boolean {
    const { signal } = this.options;
    const abort = (): void => this.fail(signal.reason);
    if (signal.aborted) {
      abort();
      return false;
    }
    signal.addEventListener('abort', abort, { once: true });
    this.cancels.push(() => signal.removeEventListener('abort', abort));
    return true;
  }

  finish(answer: T): void {
    if (this.leave()) this.resolve(answer);
  }

  fail(reason: unknown): void {
    if (this.leave()) this.reject(reason);
  }

  /** Calls back at a time of the monotonic clock, however far away: one timer cannot last a month. */
  callAt(time: number, callback: () => void): void {
    if (this.isOver) return;
    const { clock } = this.options;
    const cancel = clock.setTimer(Math.ceil(time - clock.monotonic()), () => {
      if (clock.monotonic() >= time) callback();
      else this.callAt(time, callback);
    });
    this.cancels.push(cancel);
  }

  private leave(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    for (const cancel of this.cancels.splice(0)) cancel();
    this.options.onLeave();
    return true;
  }
}
