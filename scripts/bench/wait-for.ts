/** Waiting for something to become true. */
import { setTimeout as sleep } from 'node:timers/promises';

const lookEveryMs = 250;
const patienceMs = 15 * 60_000;

/** @throws Error that says what did not become true within a quarter of an hour. */
export async function waitFor(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patienceMs; !(await isTrue()); await sleep(lookEveryMs)) {
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}`);
  }
}
