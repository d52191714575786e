/** How the API as a whole is doing: what one request meets there holds for all. */
import type { ApiPause } from '../../polytomic/api-pause';
import type { Clock } from '../../polytomic/clock';
import { isPolytomicError } from '../../polytomic/errors';
import { RefusedTime } from './refused-time';
import { backoffMs, maxIntervalMs, toleratedFailures } from './tuning';

/** Trouble that says nothing of what was asked for. A refused key is refused for all, and found out about with few requests. */
const passing: ReadonlySet<string> = new Set(['Unauthorized', 'Unavailable', 'Network', 'UnexpectedResponse']);

/** Pauses of all reads of an organization in this process. Rate limits are {@link ApiPause}'s; here is all other trouble. */
export class ApiHealth {
  /** For how long every read has been answered with 401. */
  readonly keyRefused = new RefusedTime();
  private resumeAt = -Infinity;
  private failures = 0;

  constructor(
    private readonly clock: Clock,
    private readonly pause: ApiPause,
  ) {}

  /** Nothing is sent before this time of the monotonic clock. */
  get pausedUntil(): number {
    const pausedForMs = this.pause.pausedForMs();
    return pausedForMs > 0 ? Math.max(this.resumeAt, this.clock.monotonic() + pausedForMs) : this.resumeAt;
  }

  /** Whether the last answers were bad, so that a single request should find out first. */
  get isDegraded(): boolean {
    return this.failures > toleratedFailures || this.pause.isDoubtful;
  }

  /** A request was answered. */
  recordAnswer(): void {
    this.failures = 0;
    this.keyRefused.clear();
  }

  /** A request failed. A refusal of one thing, or a limit that the client has noted, says nothing of the whole. */
  recordError(error: unknown): void {
    if (isPolytomicError(error, 'Unauthorized') && !error.gateway) this.keyRefused.record(this.clock.monotonic());
    else this.keyRefused.interrupt();
    if (isPolytomicError(error) && !error.gateway && !passing.has(error.code)) return;
    this.failures += 1;
    if (this.failures <= toleratedFailures) return;
    const longestMs = Math.min(backoffMs(this.failures - toleratedFailures), maxIntervalMs / 2);
    const pauseMs = longestMs * (0.8 + 0.2 * this.clock.random());
    this.resumeAt = Math.max(this.resumeAt, this.clock.monotonic() + pauseMs);
  }
}
