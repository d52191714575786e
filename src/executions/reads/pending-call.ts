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
export class PendingCall<Answer, Terms extends CallTerms = CallTerms> {
  readonly promise: Promise<Answer>;
  private readonly beganAt: number;
  private readonly cancels: (() => void)[] = [];
  private isOver = false;
  private resolve!: (answer: Answer) => void;
  private reject!: (reason: unknown) => void;

  /** @param onLeave called once, before the promise settles */
  constructor(
    protected readonly clock: Clock,
    readonly terms: Terms,
    private readonly onLeave: () => void,
  ) {
    this.beganAt = clock.monotonic() - (terms.waitedMs ?? 0);
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** How long it has waited, earlier attempts included. */
  get waitedMs(): number {
    return this.clock.monotonic() - this.beganAt;
  }

  /** Starts to listen for the caller's signal and the deadline; false when the caller has left already. */
  listen(onDeadline: () => void): boolean {
    const { signal, waitForMs } = this.terms;
    const abort = (): void => this.fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    this.cancels.push(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
    if (waitForMs !== null) this.callIn(waitForMs - this.waitedMs, onDeadline);
    return !this.isOver;
  }

  /** It is answered. */
  finish(answer: Answer): void {
    if (this.leave()) this.resolve(answer);
  }

  /** It will not be answered. */
  fail(reason: unknown): void {
    if (this.leave()) this.reject(reason);
  }

  /** Calls back after so many milliseconds, unless it is over by then. */
  protected callIn(ms: number, callback: () => void): void {
    if (!this.isOver) this.cancels.push(this.clock.setTimer(Math.ceil(ms), callback));
  }

  private leave(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    for (const cancel of this.cancels.splice(0)) cancel();
    this.onLeave();
    return true;
  }
}
