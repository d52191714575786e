/** Awaits a condition instead of sleeping. */
import { setTimeout as sleep } from 'node:timers/promises';

/** How long and how often to look. */
export interface WaitUntilOptions {
  /** Default: 10 seconds. */
  timeoutMs?: number;
  /** Default: 50 milliseconds. */
  everyMs?: number;
}

/**
 * Resolves to the condition's first truthy value.
 * @throws Error that quotes the condition when the time is up.
 */
export async function waitUntil<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs = 50 }: WaitUntilOptions = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`Not true within ${timeoutMs} ms: ${condition.toString()}`);
    await sleep(everyMs);
  }
}
