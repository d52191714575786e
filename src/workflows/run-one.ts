/** Workflows that run or await one sync, as functions and as workflows of their own. */
import { continueAsNew, setCurrentDetails, setHandler, workflowInfo, type Workflow } from '@temporalio/workflow';
import type { AwaitSyncInput } from '../contracts/await-sync';
import type { SingleRunName } from '../contracts/prepared-runs';
import type { RunProgress } from '../contracts/progress';
import type { SyncRunResult } from '../contracts/run-result';
import { fromArguments } from './engine/carry';
import { describeRun } from './engine/progress';
import { ProgressTracker } from './engine/progress-tracker';
import { singleResult } from './engine/results';
import { newWishes } from './engine/state';
import { progressQuery } from './handles';
import { toActivityOptions, type ActivityPlacement } from './placement';
import { prepareAwait, prepareRun } from './prepare';
import { runBeganAt } from './run-began';
import { guardListener, runEngine, type EngineTask, type OwnWorkflow } from './run-engine';
import { handleChangeTimeout } from './updates';

/** Called at each change of a run's progress; must be deterministic, as it runs in workflow code. What it throws is logged. */
export type ProgressListener = (progress: RunProgress) => void;

/** Options of the inline functions that run one sync. */
export interface RunOptions extends ActivityPlacement {
  /** Called at each change of the run's progress; runs in workflow code, so it must be deterministic. */
  onProgress?: ProgressListener;
}

/** Runs one sync as `input` (of the named workflow) asks, inline; see the workflows' own docs for what is thrown. */
export async function runSync(
  workflow: SingleRunName,
  input: unknown,
  options: RunOptions = {},
): Promise<SyncRunResult> {
  return runInline(taskOf(workflow, input, options), options);
}

/**
 * Waits for a run of a sync that somebody else starts: the next one that ends, a given one, or the first that ended after
 * a time. Starts nothing and cancels nothing. Throws as the workflow of this name does.
 */
export async function awaitSync(input: AwaitSyncInput, options: RunOptions = {}): Promise<SyncRunResult> {
  const waitBegan = Date.now();
  const placement = toActivityOptions(options);
  const prepare: Task['prepare'] = (beginning) => prepareAwait(input, { ...beginning, waitBegan }, placement);
  return runInline({ prepare, placement }, options);
}

/** Runs `name` as this workflow. */
export async function runSyncWorkflow(
  name: SingleRunName,
  input: unknown,
  carried: readonly unknown[],
): Promise<SyncRunResult> {
  return runOwn(taskOf(name, input), input, carried);
}

/** Runs `awaitSync` as this workflow. */
export async function awaitSyncWorkflow(input: AwaitSyncInput, carried: readonly unknown[]): Promise<SyncRunResult> {
  const waitBegan = runBeganAt(workflowInfo());
  return runOwn({ prepare: (beginning) => prepareAwait(input, { ...beginning, waitBegan }) }, input, carried);
}

type Task = Omit<EngineTask, 'onStep'>;

function taskOf(workflow: SingleRunName, input: unknown, options: ActivityPlacement = {}): Task {
  const placement = toActivityOptions(options);
  return { prepare: (beginning) => prepareRun(workflow, input, beginning, placement), placement };
}

async function runInline(task: Task, { onProgress }: RunOptions): Promise<SyncRunResult> {
  const listener = guardListener(onProgress);
  const tracker = new ProgressTracker((progress) => listener({ ...progress }));
  const end = await runEngine({ ...task, onStep: (state) => tracker.update(state) });
  if ('state' in end) return singleResult(end.state);
  throw new Error('an inline run cannot continue as new');
}

/** Handlers are registered before anything is awaited, and nothing reads the input before an activity does. */
async function runOwn(task: Task, input: unknown, args: readonly unknown[]): Promise<SyncRunResult> {
  const carried = fromArguments(input, args, workflowInfo().continuedFromExecutionRunId);
  const wishes = carried?.wishes ?? newWishes();
  let wake = (): void => undefined;
  let isOver = (): boolean => false;
  const tracker = new ProgressTracker((progress, name) => setCurrentDetails(describeRun(progress, name)));
  setHandler(progressQuery, () => tracker.current, { description: 'Where the run stands.' });
  handleChangeTimeout(wishes, { wake: () => wake(), isOver: () => isOver() });
  const own: OwnWorkflow = {
    wishes,
    carried,
    onRunning: (state, running) => {
      wake = () => running.wake();
      isOver = () => state.closing !== null;
    },
  };
  const end = await runEngine({ ...task, onStep: (state) => tracker.update(state) }, own).catch((error: unknown) => {
    tracker.end();
    throw error;
  });
  if ('state' in end) return singleResult(end.state);
  return continueAsNew<Workflow>(input, ...end.next);
}
