/** What a 429 asks of everybody in this process: the organization's limit is one, whoever met it. */
import type { Clock } from './clock';

/** Longer pauses are not believed: a wait of an hour would hide every end within it. */
export const maxPauseMs = 900_000;
/** Where no Retry-After is given, and doubled with each further 429: a long storm may repeat a short Retry-After. */
const firstPauseMs = 3_000;
const maxOwnPauseMs = 60_000;

/** A 429 of these tells of a limit that reads share; one of any other operation is its caller's alone. */
const sharedOperations =
  /^(events\.list|(modelSync|bulkSync)\.(start|getStatus|list|executions\.(get|list|listStatus)))$/;

/** One for each client, thus for each organization of a process. */
export class ApiPause {
  private until = -Infinity;
  private rateLimits = 0;

  constructor(private readonly clock: Clock) {}

  /** Milliseconds for which nothing but a cancel should be sent; 0: none. */
  pausedForMs(): number {
    return Math.max(0, this.until - this.clock.monotonic());
  }

  /** When to try what was held back: not all of it at once, so that the first to be refused holds back the others. */
  retryAfterMs(): number {
    return this.pausedForMs() + firstPauseMs * this.clock.random();
  }

  /** Whether the last shared answer was a 429, so that a single request should find out whether the storm is over. */
  get isDoubtful(): boolean {
    return this.rateLimits > 0;
  }

  /** An operation was answered with 429. */
  recordRateLimit(operation: string, retryAfterMs: number | undefined): void {
    if (!sharedOperations.test(operation)) return;
    // Requests that were under way together meet the same limit, and count once.
    const together = this.pausedForMs() > 0;
    const asked = retryAfterMs ?? 0;
    const own = together || (this.rateLimits === 0 && asked > 0) ? 0 : this.ownPauseMs();
    if (!together) this.rateLimits += 1;
    this.until = Math.max(this.until, this.clock.monotonic() + Math.min(Math.max(asked, own), maxPauseMs));
  }

  /** An operation was answered otherwise. */
  recordAnswer(operation: string): void {
    if (this.rateLimits > 0 && this.pausedForMs() === 0 && sharedOperations.test(operation)) this.rateLimits = 0;
  }

  private ownPauseMs(): number {
    return Math.min(firstPauseMs * 2 ** this.rateLimits, maxOwnPauseMs) * (0.8 + 0.2 * this.clock.random());
  }
}
