/** How the API as a whole is doing: what one request learns there holds for all. */
import { isPolytomicError } from '../../polytomic/errors';

const firstRateLimitPauseMs = 3_000;
const longestPauseMs = 30_000;
/** So many failures in a row are taken as bad luck of single reads before everything slows down. */
const toleratedFailures = 2;

/** Pauses of the whole watcher. Every time is in milliseconds since the epoch. */
export class Weather {
  /** Nothing is sent before this time. */
  openAt = 0;
  /** Since when every read was answered with 401 or 403; null when the last was not. */
  deniedSince: number | null = null;
  private rateLimits = 0;
  private failures = 0;
  private everSucceeded = false;

  constructor(private readonly random: () => number) {}

  /** Whether the last answers were bad, so that a single request should find out first. */
  get bad(): boolean {
    return this.rateLimits > 0 || this.failures > toleratedFailures;
  }

  /** A read of an execution was answered. */
  succeeded(): void {
    this.everSucceeded = true;
    this.deniedSince = null;
    this.answered();
  }

  /** Something else was answered, which proves no permission to read. */
  answered(): void {
    this.rateLimits = this.failures = 0;
  }

  /** What a failed request says about the API: an answer about one thing alone (404, 400) says nothing. */
  blame(error: unknown, now: number): void {
    if (!isPolytomicError(error)) return this.failed(now);
    switch (error.code) {
      case 'RateLimited':
        return this.rateLimited(now, error.retryAfterMs);
      case 'Unauthorized':
      case 'Forbidden':
        this.deniedSince ??= now;
        return this.failed(now);
      case 'Unavailable':
      case 'Network':
      case 'UnexpectedResponse':
        return this.failed(now);
      case 'Conflict':
      case 'InvalidRequest':
      case 'NotFound':
      case 'NotSupported':
      case 'Rejected':
      case 'TooLarge':
    }
  }

  /** Another worker was refused since then; believed until a read succeeds here. */
  recallDenied(since: number): void {
    if (!this.everSucceeded) this.deniedSince = Math.min(this.deniedSince ?? since, since);
  }

  /** Waits as told. Told the same again and again, it waits longer: a long storm may repeat a short Retry-After. */
  private rateLimited(now: number, retryAfterMs: number | undefined): void {
    const together = now < this.openAt && this.rateLimits > 0;
    const grown = Math.min(firstRateLimitPauseMs * 2 ** this.rateLimits, 2 * longestPauseMs) * this.jitter();
    const own = together || (this.rateLimits === 0 && retryAfterMs !== undefined) ? 0 : grown;
    if (!together) this.rateLimits += 1;
    this.pause(now, Math.max(retryAfterMs ?? 0, own));
  }

  private failed(now: number): void {
    this.failures += 1;
    const beyond = this.failures - toleratedFailures;
    if (beyond > 0) this.pause(now, Math.min(longestPauseMs, 1000 * 2 ** Math.min(beyond, 10)) * this.jitter());
  }

  private pause(now: number, ms: number): void {
    this.openAt = Math.max(this.openAt, now + ms);
  }

  private jitter(): number {
    return 0.8 + 0.2 * this.random();
  }
}
