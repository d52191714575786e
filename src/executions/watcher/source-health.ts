/** Whether a source of hints is there, answers, and tells of most ends. */
import { isPolytomicError } from '../../polytomic/errors';

/** So many failures in a row and the source no longer stands in for single reads. */
const tolerated = 3;
const longestBackoffMs = 120_000;
/** A source that this API version, or this credential, does not have is asked for again after so long. */
const absenceMs = 1_800_000;
/** Trust at the start counts as so many ends told; older ends count half as soon as so many were judged. */
const advance = 6;
const memoryLength = 100;
/** Trust goes below the first share, and comes back above the second. */
const distrustedBelow = 0.5;
const trustedAbove = 0.7;

/** What health is reported to. */
export interface SourceHealthOptions {
  /** How a person would call it: `event feed`, `batch status`. */
  name: string;
  /** Told once each time that the source stops standing in for single reads. */
  warn: (message: string, attributes: Record<string, unknown>) => void;
}

/** Trust in one source. It costs nothing but requests when the source fails: single reads go on as if it were not there. */
export class SourceHealth {
  /** Not asked before this time. */
  openAt = 0;
  private failures = 0;
  private told = advance;
  private total = advance;
  private faithful = true;
  private wasTrusted = true;

  constructor(private readonly options: SourceHealthOptions) {}

  /** Whether executions may be read rarely because this source tells of their ends. */
  get trusted(): boolean {
    return this.failures < tolerated && this.faithful;
  }

  /** Sends one request and notes how it went; rethrows its error. A rate limit says nothing of the source. */
  async watch(now: number, signal: AbortSignal, request: () => Promise<void>): Promise<void> {
    try {
      await request();
      this.failures = 0;
      this.wasTrusted = this.trusted;
    } catch (error) {
      if (!signal.aborted && !isPolytomicError(error, 'RateLimited')) this.failed(error, now);
      throw error;
    }
  }

  /** An end that was found: did the source tell of it? */
  judged(told: boolean): void {
    if (this.total >= memoryLength) [this.told, this.total] = [this.told / 2, this.total / 2];
    this.told += told ? 1 : 0;
    this.total += 1;
    const share = this.told / this.total;
    this.faithful = share > (this.faithful ? distrustedBelow : trustedAbove);
    this.tell({ shareOfEndsTold: Number(share.toFixed(2)) });
  }

  private failed(error: unknown, now: number): void {
    const absent = isPolytomicError(error, 'NotFound', 'NotSupported', 'Forbidden', 'Rejected', 'InvalidRequest');
    this.failures = absent ? tolerated : this.failures + 1;
    this.openAt = now + (absent ? absenceMs : Math.min(1000 * 2 ** Math.min(this.failures, 10), longestBackoffMs));
    this.tell({ error: error instanceof Error ? error.message : String(error) });
  }

  private tell(attributes: Record<string, unknown>): void {
    if (this.wasTrusted && !this.trusted) {
      const { name, warn } = this.options;
      warn(`The ${name} does not tell when runs end; they are read one by one instead`, attributes);
    }
    this.wasTrusted = this.trusted;
  }
}
