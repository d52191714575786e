/** From a workflow's input to the engine's first state, by way of the activities that read the input. */
import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { AwaitSyncInput } from '../contracts/await-sync';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { RunWorkflowName } from '../contracts/prepared-runs';
import { activityPrefix } from '../contracts/names';
import { readOptions } from './engine/activity-options';
import { beginAwait, beginMany, beginRun, type Beginning } from './engine/begin';
import type { EngineState } from './engine/state';

/** One sync, named or to be created. */
export async function prepareRun(
  workflow: Extract<RunWorkflowName, `${string}Sync`>,
  input: unknown,
  beginning: Beginning,
  placement: ActivityOptions = {},
): Promise<EngineState> {
  return beginRun(await reads(placement).prepareRuns({ workflow, input }), beginning, Date.now());
}

/** A run that somebody else starts. */
export async function prepareAwait(
  input: AwaitSyncInput,
  beginning: Beginning & { waitBegan: number },
  placement: ActivityOptions = {},
): Promise<EngineState> {
  const request = { input, beganAt: new Date(beginning.waitBegan).toISOString() };
  return beginAwait(await reads(placement).prepareAwaitSync(request), beginning, Date.now());
}

/** A fan-out or pipeline. */
export async function prepareMany(
  workflow: Extract<RunWorkflowName, `runAll${string}` | 'runSyncPipeline'>,
  input: unknown,
  beginning: Beginning,
  placement: ActivityOptions = {},
): Promise<EngineState> {
  return beginMany(await reads(placement, 'Read the input').prepareRuns({ workflow, input }), beginning, Date.now());
}

/** The activities that read an input. */
function reads(
  placement: ActivityOptions,
  summary = 'Read the input, the sync and its last run',
): Pick<CompositeActivities, 'prepareRuns' | 'prepareAwaitSync'> {
  const scheduled = proxyActivities<Record<string, (request: unknown) => Promise<unknown>>>({
    ...placement,
    ...readOptions,
    summary,
  });
  const activity = (name: string) => scheduled[activityPrefix + name];
  return {
    prepareRuns: activity('prepareRuns') as CompositeActivities['prepareRuns'],
    prepareAwaitSync: activity('prepareAwaitSync') as CompositeActivities['prepareAwaitSync'],
  };
}
