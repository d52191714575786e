/** What a sync without success means for the others. */
import type { FailurePolicy } from '../contracts/fan-out-inputs';

/** Whether more may start, and whether what runs is to be cancelled. */
export interface Reaction {
  mayStart: boolean;
  cancelRunning: boolean;
}

/** @param failures syncs that ended without success so far */
export function reactionTo(policy: FailurePolicy, failures: number): Reaction {
  const calm = failures === 0 || policy === 'continue';
  return { mayStart: calm, cancelRunning: !calm && policy === 'cancelRest' };
}
