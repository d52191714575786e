/** What goes wrong in the demo, alike for both sides. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulator } from '../../src/testing';
import type { Narrator } from './narrator';

const stormMs = 3_000;
const outageMs = 3_000;

/** Answers to the first starts get lost: one connection is reset, one gateway gives up, both after the start took effect. */
export function loseAnswers(emulator: Emulator, { reset, gateway }: { reset: string[]; gateway: string[] }): void {
  for (const id of reset) emulator.fault({ path: `/api/syncs/${id}/executions`, method: 'POST', drop: 'after' });
  for (const id of gateway) {
    emulator.fault({ path: `/api/syncs/${id}/executions`, method: 'POST', status: 504, effect: true });
  }
}

/** The rest of the story, second by second. */
export async function playTroubles(
  emulator: Emulator,
  { narrator, killBoth }: { narrator: Narrator; killBoth: () => Promise<void> },
): Promise<void> {
  await sleep(5_000);
  narrator.tell('world', `Polytomic answers 429 to everything for ${stormMs / 1000} s`);
  emulator.fault({ status: 429, retryAfter: 2, forMs: stormMs });
  await sleep(stormMs + 500);
  narrator.tell('world', `Polytomic is down for ${outageMs / 1000} s`);
  emulator.fault({ outage: true, forMs: outageMs });
  await sleep(outageMs + 500);
  narrator.tell('world', 'kill -9 of both processes');
  await killBoth();
}
