/** Whether a workflow's own timeout passed while its first activity was tried. */
import { Context } from '@temporalio/activity';
import type { Clock } from '../polytomic/clock';

/** Tries go on while Polytomic is out of reach; the workflow cannot watch its timeout before it knows it from here. */
export function timeoutPassed(timeoutMs: number, clock: Pick<Clock, 'now'>): boolean {
  return clock.now() >= Context.current().info.scheduledTimestampMs + timeoutMs;
}
