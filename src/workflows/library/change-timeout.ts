/** The update `changeTimeout`, which every workflow of ours takes. */
import { defineUpdate, setHandler } from '@temporalio/workflow';
import type { Duration } from '../../contracts/duration';
import { changeTimeoutUpdateName } from '../../contracts/names';
import { toMilliseconds } from '../../rules/duration';
import type { Deadline } from './deadline';

/** Changes the timeout of a running workflow, counted from now; answers the new time (RFC 3339). */
export const changeTimeoutUpdate = defineUpdate<string, [Duration]>(changeTimeoutUpdateName);

/** Registers its handler. */
export function handleChangeTimeout(deadline: Deadline): void {
  setHandler(changeTimeoutUpdate, (timeout) => changeTimeout(deadline, timeout), {
    validator: (timeout: Duration) => checkTimeout(deadline, timeout),
    description: 'Sets a new timeout, counted from now: "2 hours", "PT2H" or milliseconds.',
  });
}

function checkTimeout(deadline: Deadline, timeout: Duration): void {
  const ms = toMilliseconds(timeout);
  if (ms === undefined || ms <= 0) {
    throw new Error('changeTimeout: expected a duration above zero, such as "2 hours", "PT2H" or milliseconds');
  }
  if (deadline.expired) throw new Error('changeTimeout: too late, the time is up and the run is being settled');
}

function changeTimeout(deadline: Deadline, timeout: Duration): string {
  const at = Date.now() + (toMilliseconds(timeout) ?? 0);
  deadline.changeTo(at);
  return new Date(at).toISOString();
}
