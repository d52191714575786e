/** How long a server asks to wait. */

/** No wait is shorter: a server that says 0, or a time that has passed, still wants to be left alone for a moment. */
export const minRetryAfterMs = 1_000;
/** Longer waits are not believed. */
const maxRetryAfterMs = 3_600_000;
/** `X-RateLimit-Reset` is a time since the epoch or, as other servers send it, a number of seconds from now. */
const minEpochSeconds = 1_000_000_000;

/**
 * Milliseconds from `Retry-After` (seconds or an HTTP date), else from `X-RateLimit-Reset` (epoch seconds, or seconds from
 * now), from one second to one hour; undefined when neither can be read. A date counts from the server's own clock where
 * the answer has a `Date`.
 */
export function retryAfterMs(header: (name: string) => string | null, now: number): number | undefined {
  const serverNow = Date.parse(header('date') ?? '') || now;
  const wait = header('retry-after')?.trim();
  if (wait && isNumber(wait)) return bounded(Number(wait) * 1_000);
  const until = wait ? Date.parse(wait) : NaN;
  if (!Number.isNaN(until)) return bounded(until - serverNow);
  const reset = header('x-ratelimit-reset')?.trim();
  if (!reset || !isNumber(reset)) return undefined;
  const seconds = Number(reset);
  return bounded(seconds < minEpochSeconds ? seconds * 1_000 : seconds * 1_000 - serverNow);
}

const isNumber = (text: string): boolean => /^\d+(\.\d+)?$/.test(text);

function bounded(milliseconds: number): number {
  return Math.min(Math.max(minRetryAfterMs, Math.round(milliseconds)), maxRetryAfterMs);
}
