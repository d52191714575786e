/** Awaits a condition instead of sleeping. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Against hanging only: a test that waits this long on loaded cores would be told by Jest a minute later. */
const timeoutMs = 240_000;

/**
 * Resolves to the condition's first truthy value; it is asked again every 50 milliseconds, or as often as told.
 * @throws Error that quotes the condition when it does not come true within four minutes.
 */
export async function waitUntil<T>(condition: () => T | Promise<T>, { everyMs = 50 } = {}): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`Not true within ${timeoutMs} ms: ${condition.toString()}`);
    await sleep(everyMs);
  }
}
