/** Idempotency keys of intended starts. */
import { uuid4 } from '@temporalio/workflow';

/** How many keys a start is given: another one is needed only after a key's recorded outcome was an error. */
const keysPerStart = 3;

/**
 * Draws the keys of one intended start. `uuid4` is deterministic under replay, and two runs of one sync in one workflow
 * get different ones, which a hash of workflow and run ids would not give.
 */
export function drawKeys(): string[] {
  return Array.from({ length: keysPerStart }, () => uuid4());
}
