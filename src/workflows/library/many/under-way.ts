/** The activities that a loop has under way. */
import { isCancellation } from '@temporalio/workflow';

/** Begins work without waiting for it; tells when something has changed. */
export class UnderWay {
  /** Something came back, or was asked for, since this was last set to false. */
  changed = false;
  readonly #works = new Set<Promise<void>>();
  #trouble: { error: unknown } | null = null;

  /** The first error that nobody handled, a cancellation excepted. @throws it */
  check(): void {
    if (this.#trouble) throw this.#trouble.error;
  }

  /**
   * @param failed what to do with an error of the work. Default: `check` throws it; a cancellation, whose reason the loop
   * learns by itself, is ignored.
   */
  begin<T>(work: () => Promise<T>, then: (value: T) => void, failed?: (error: unknown) => void): void {
    const done: Promise<void> = work()
      .then(then, failed)
      .catch((error: unknown) => {
        if (!isCancellation(error)) this.#trouble ??= { error };
      })
      .finally(() => {
        this.#works.delete(done);
        this.changed = true;
      });
    this.#works.add(done);
  }

  /** Resolves once nothing is under way. */
  async ended(): Promise<void> {
    while (this.#works.size > 0) await Promise.all(this.#works);
  }
}
