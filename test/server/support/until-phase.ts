/** Awaits where a workflow of ours stands. */
import type { RunPhase, RunProgress } from '../../../src/contracts/progress';
import { waitUntil } from './wait-until';
import type { Handle } from './world';

/** Resolves once the query `progress` tells this phase. @throws Error when it does not within 30 seconds */
export async function untilPhase(handle: Handle, phase: RunPhase): Promise<void> {
  await waitUntil(async () => (await handle.query<RunProgress>('progress')).phase === phase, {
    timeoutMs: 30_000,
    everyMs: 200,
  });
}
