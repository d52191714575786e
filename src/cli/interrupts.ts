/** Ctrl-C (SIGINT) and SIGTERM while a command works: the newest listener alone hears of them. */

/** Hears how often it was interrupted, itself included. */
export type InterruptListener = (count: number) => void;

const signals = ['SIGINT', 'SIGTERM'] as const;

/** From its creation until it is closed no signal ends the process by itself. */
export class Interrupts {
  readonly #listeners: InterruptListener[] = [];
  #count = 0;

  /** @param unheard what to do while nobody listens */
  constructor(unheard: InterruptListener) {
    this.#listeners.push(unheard);
    for (const signal of signals) process.on(signal, this.#hear);
  }

  /** Listens in place of the one before, until the answer is called. */
  listen(listener: InterruptListener): () => void {
    this.#listeners.push(listener);
    return () => {
      const at = this.#listeners.indexOf(listener);
      if (at > 0) this.#listeners.splice(at, 1);
    };
  }

  /** Signals end the process again. */
  close(): void {
    for (const signal of signals) process.off(signal, this.#hear);
  }

  readonly #hear = (): void => {
    this.#count += 1;
    this.#listeners.at(-1)?.(this.#count);
  };
}
