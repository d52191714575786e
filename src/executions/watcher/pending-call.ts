/** One caller who waits for an answer, until it comes, the time is up, or the caller leaves. */
import type { Clock } from '../../polytomic/clock';

/** How long somebody waits. */
export interface CallTerms {
  /** Leaves at once, with the signal's reason as the error: the caller's activity was cancelled or the worker stops. */
  signal: AbortSignal;
  /** Return after so many milliseconds at the latest, those included that earlier attempts waited; null: wait without end. */
  waitForMs: number | null;
  /** How long earlier attempts waited, milliseconds. Default 0. */
  waitedMs?: number;
}

/** Its promise settles once; afterwards it holds no timer and no listener. */
export abstract class PendingCall<T> {
  readonly promise: Promise<T>;
  private readonly beganAt: number;
  private readonly cancels: (() => void)[] = [];
  private isOver = false;
  private resolve!: (answer: T) => void;
  private reject!: (reason: unknown) => void;

  constructor(
    private readonly clock: Clock,
    private readonly terms: CallTerms,
  ) {
    this.beganAt = clock.monotonic() - (terms.waitedMs ?? 0);
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** The time is up: finish it. */
  protected abstract onDeadline(): void;

  /** Called once, before the promise settles. */
  protected abstract onLeave(): void;

  /** How long it has waited, earlier attempts included. */
  get waitedMs(): number {
    return this.clock.monotonic() - this.beganAt;
  }

  /** Starts to listen for the caller's signal and the deadline; false when the caller has left already. */
  listen(): boolean {
    const { signal, waitForMs } = this.terms;
    const abort = (): void => this.fail(signal.reason);
    if (signal.aborted) {
      abort();
      return false;
    }
    signal.addEventListener('abort', abort, { once: true });
    this.cancels.push(() => signal.removeEventListener('abort', abort));
    if (waitForMs !== null) this.callAt(this.beganAt + waitForMs, () => this.onDeadline());
    return true;
  }

  /** It is answered. */
  finish(answer: T): void {
    if (this.leave()) this.resolve(answer);
  }

  /** It will not be answered. */
  fail(reason: unknown): void {
    if (this.leave()) this.reject(reason);
  }

  /** Calls back after so many milliseconds, unless it is over by then. */
  protected callIn(ms: number, callback: () => void): void {
    this.callAt(this.clock.monotonic() + ms, callback);
  }

  /** However far away: one timer cannot last a month. */
  private callAt(time: number, callback: () => void): void {
    if (this.isOver) return;
    const { clock } = this;
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
    this.onLeave();
    return true;
  }
}
