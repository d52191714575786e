/** A time limit of workflow code that can be changed while it runs. */
import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';

/** Cancels what it guards once its time has come. One timer at a time, whatever is changed. */
export class Deadline {
  #at: number | null = null;
  #changes = 0;
  #expired = false;

  /** The time, milliseconds since the epoch; null while none is set. */
  get at(): number | null {
    return this.#at;
  }

  /** True once the time came while something was guarded. */
  get expired(): boolean {
    return this.#expired;
  }

  /** Sets the time (milliseconds since the epoch, workflow time), unless `changeTo` has set one. */
  begin(at: number): void {
    if (this.#changes === 0) this.changeTo(at);
  }

  /** Sets the time, whatever it was. */
  changeTo(at: number): void {
    this.#at = at;
    this.#changes += 1;
  }

  /** Runs `work` in a scope that is cancelled when the time comes; then `work` throws a cancellation and `expired` is true. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    const workScope = new CancellationScope();
    const timerScope = new CancellationScope();
    const watching = timerScope.run(() => this.#watch(workScope)).catch(ignoreCancellation);
    try {
      return await workScope.run(work);
    } finally {
      timerScope.cancel();
      await watching;
    }
  }

  async #watch(work: CancellationScope): Promise<void> {
    for (;;) {
      const seen = this.#changes;
      const changed = () => this.#changes !== seen;
      if (this.#at === null) {
        await condition(changed);
      } else if (this.#at <= Date.now()) {
        this.#expired = true;
        work.cancel();
        return;
      } else {
        await condition(changed, this.#at - Date.now(), { summary: 'Timeout' });
      }
    }
  }
}

function ignoreCancellation(error: unknown): void {
  if (!isCancellation(error)) throw error;
}
