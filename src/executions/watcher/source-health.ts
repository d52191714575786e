/** When a source that fails is asked again. It costs nothing but requests: single reads go on as if it were not there. */
import type { Clock } from '../../polytomic/clock';
import { isPolytomicError } from '../../polytomic/errors';
import { maxIntervalMs, patienceMs } from './tuning';

/** What health is reported to. */
export type Warn = (message: string, attributes: Record<string, unknown>) => void;

/** How the requests to one source go. */
export class SourceHealth {
  /** Not asked before this time of the monotonic clock. */
  retryAt = -Infinity;
  private failures = 0;

  constructor(
    private readonly name: string,
    private readonly clock: Clock,
    private readonly warn: Warn,
  ) {}

  /** Sends one request and notes how it went; rethrows its error. A rate limit says nothing of the source. */
  async track(signal: AbortSignal, request: () => Promise<void>): Promise<void> {
    try {
      await request();
      this.failures = 0;
    } catch (error) {
      if (!signal.aborted && !isPolytomicError(error, 'RateLimited')) this.recordError(error);
      throw error;
    }
  }

  private recordError(error: unknown): void {
    this.failures += 1;
    // One that this API version, or this key, does not have is asked for again now and then.
    const isAbsent = isPolytomicError(error, 'NotFound', 'NotSupported', 'Forbidden', 'Rejected', 'InvalidRequest');
    const delayMs = Math.min(maxIntervalMs, 1_000 * 2 ** Math.min(this.failures, 10));
    this.retryAt = this.clock.monotonic() + (isAbsent ? 3 * patienceMs : delayMs);
    const message = error instanceof Error ? error.message : String(error);
    this.warn(`The ${this.name} cannot be read; runs are read one by one meanwhile`, { error: message });
  }
}
