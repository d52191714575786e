/** What makes an inline function a workflow of its own: its query, its update, its texts in the Temporal UI. */
import { defineQuery, defineUpdate, setCurrentDetails, setHandler, setWorkflowOptions } from '@temporalio/workflow';
import type { SingleRunName } from '../../contracts/composite-activities';
import type { Duration } from '../../contracts/duration';
import { changeTimeoutUpdateName, progressQueryName } from '../../contracts/names';
import type { RunProgress } from '../../contracts/progress';
import type { SyncRunResult } from '../../contracts/run-result';
import { toMilliseconds } from '../../rules/duration';
import { Deadline } from './deadline';
import { runSync } from './run';

/** Answers where the run stands. */
export const progressQuery = defineQuery<RunProgress>(progressQueryName);

/** Changes the timeout of a running workflow, counted from now; answers the new time (RFC 3339). */
export const changeTimeoutUpdate = defineUpdate<string, [Duration]>(changeTimeoutUpdateName);

/** Runs `name` as this workflow. Handlers are registered before anything else is awaited. */
export async function asWorkflow(name: SingleRunName, input: unknown): Promise<SyncRunResult> {
  let current: RunProgress = { phase: 'preparing', syncId: null, since: new Date().toISOString(), late: false };
  const deadline = new Deadline();
  setHandler(progressQuery, () => current, { description: 'Where the run stands.' });
  setHandler(changeTimeoutUpdate, (timeout) => changeTimeout(deadline, timeout), {
    validator: (timeout: Duration) => checkTimeout(deadline, timeout),
    description: 'Sets a new timeout, counted from now: "2 hours", "PT2H" or milliseconds.',
  });
  const onProgress = (progress: RunProgress) => {
    current = progress;
    setCurrentDetails(describe(progress));
  };
  return runSync(name, input, { onProgress }, deadline);
}

/**
 * Any error fails the workflow: left to the default, a plain one (say, from an input of a wrong shape) would have the
 * server retry the workflow task for ever.
 */
export function failOnAnyError(workflow: (input: never) => Promise<SyncRunResult>): void {
  setWorkflowOptions({ failureExceptionTypes: [Error] }, workflow);
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

const phrases: Record<RunProgress['phase'], string> = {
  preparing: 'Reading the sync',
  waitingForOther: 'Waiting for a run that someone else started',
  starting: 'Starting the sync',
  running: 'The sync is running',
  cancelling: 'Cancelling the run',
  ended: 'Ended',
};

/** Markdown for the Temporal UI. */
function describe({ phase, syncId, executionId, status, since, late }: RunProgress): string {
  const rows = [
    `**${phrases[phase]}**${late ? ' (later than usual)' : ''}, since ${since}`,
    ...(syncId ? [`- sync \`${syncId}\``] : []),
    ...(executionId ? [`- execution \`${executionId}\`${status ? `, last known status \`${status}\`` : ''}`] : []),
  ];
  return rows.join('\n');
}
