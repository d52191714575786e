/** What makes an inline function a workflow of its own: its query, its update, its texts in the Temporal UI. */
import { defineQuery, setCurrentDetails, setHandler, setWorkflowOptions } from '@temporalio/workflow';
import type { SingleRunName } from '../../contracts/composite-activities';
import { progressQueryName } from '../../contracts/names';
import type { RunProgress } from '../../contracts/progress';
import type { SyncRunResult } from '../../contracts/run-result';
import { handleChangeTimeout } from './change-timeout';
import { Deadline } from './deadline';
import { runSync, type RunOptions } from './run';

/** Answers where the run stands. */
export const progressQuery = defineQuery<RunProgress>(progressQueryName);

/** Runs `name` as this workflow. */
export async function asWorkflow(name: SingleRunName, input: unknown): Promise<SyncRunResult> {
  return withHandlers((options, deadline) => runSync(name, input, options, deadline));
}

/** Runs an inline function as this workflow. Handlers are registered before anything else is awaited. */
export async function withHandlers(
  run: (options: RunOptions, deadline: Deadline) => Promise<SyncRunResult>,
): Promise<SyncRunResult> {
  let current: RunProgress = { phase: 'preparing', syncId: null, since: new Date().toISOString(), late: false };
  const deadline = new Deadline();
  setHandler(progressQuery, () => current, { description: 'Where the run stands.' });
  handleChangeTimeout(deadline);
  const onProgress = (progress: RunProgress) => {
    current = progress;
    setCurrentDetails(describe(progress));
  };
  return run({ onProgress }, deadline);
}

/**
 * Any error fails the workflow: left to the default, a plain one (say, from an input of a wrong shape) would have the
 * server retry the workflow task for ever.
 */
export function failOnAnyError(workflow: (input: never, ...carried: never[]) => Promise<unknown>): void {
  setWorkflowOptions({ failureExceptionTypes: [Error] }, workflow);
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
