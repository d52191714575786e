/** Awaits where a workflow of ours stands. */
import type { RunPhase, RunProgress } from '../../../src/contracts/progress';
import { waitUntil } from './wait-until';
import type { Handle } from './world';

/** Resolves once the query `progress` tells this phase. */
export async function untilPhase(handle: Handle, phase: RunPhase): Promise<void> {
  await waitUntil(async () => (await handle.query<RunProgress>('progress')).phase === phase, {
    everyMs: 200,
  });
}
