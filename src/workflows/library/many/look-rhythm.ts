/** When to look at what comes next again, where the last look led to nothing. */

const soonestMs = 30_000;
const rarestMs = 300_000;

/** Twice as long each time; at once after a look that led to something. */
export class LookRhythm {
  #fruitless = 0;
  #at = 0;

  /** The next look may come at this time, milliseconds since the epoch. */
  get at(): number {
    return this.#at;
  }

  /** Whether what is known may have kept jobs from being looked at. */
  get isStuck(): boolean {
    return this.#fruitless > 0;
  }

  /** A look led to something, or to nothing. */
  note(fruitful: boolean, now: number): void {
    this.#fruitless = fruitful ? 0 : this.#fruitless + 1;
    this.#at = fruitful ? 0 : now + Math.min(rarestMs, soonestMs * 2 ** (this.#fruitless - 1));
  }
}
