/** How long a server asks to wait. */

/** Longer waits are not believed. */
const longestMs = 3_600_000;

/**
 * Milliseconds from `Retry-After` (seconds or an HTTP date), else from `X-RateLimit-Reset` (epoch seconds), at most one
 * hour; undefined when neither can be read. A date counts from the server's own clock where it told its time.
 */
export function retryAfterMs(header: (name: string) => string | null, now: number): number | undefined {
  const serverNow = Date.parse(header('date') ?? '') || now;
  const wait = header('retry-after')?.trim();
  if (wait && /^\d+(\.\d+)?$/.test(wait)) return bounded(Number(wait) * 1_000);
  const until = wait ? Date.parse(wait) : NaN;
  if (!Number.isNaN(until)) return bounded(until - serverNow);
  const reset = header('x-ratelimit-reset')?.trim();
  return reset && /^\d+(\.\d+)?$/.test(reset) ? bounded(Number(reset) * 1_000 - serverNow) : undefined;
}

function bounded(milliseconds: number): number {
  return Math.min(Math.max(0, Math.round(milliseconds)), longestMs);
}
