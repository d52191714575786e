/** Fan-outs and pipelines, as functions and as workflows of their own. */
import { continueAsNew, setCurrentDetails, workflowInfo, type Workflow } from '@temporalio/workflow';
import type { FanOutProgress } from '../contracts/fan-out-progress';
import type { FanOutResult, PipelineResult } from '../contracts/fan-out-result';
import { fromArguments } from './engine/carry';
import { describeFanOut, fanOutProgressOf, firstFanOutProgress } from './engine/progress';
import { fanOutResult, pipelineResult } from './engine/results';
import { newWishes, type EngineState } from './engine/state';
import { toActivityOptions, type ActivityPlacement } from './placement';
import { prepareMany } from './prepare';
import { guardListener, runEngine } from './run-engine';
import { handleControls } from './updates';

/** The workflows that run all syncs of a kind. */
export type FanOutName = 'runAllModelSyncs' | 'runAllBulkSyncs';

/** Options of the inline fan-outs and pipelines. */
export interface ManyRunOptions extends ActivityPlacement {
  /** Called at each change of the progress; must be deterministic, as it runs in workflow code. What it throws is logged. */
  onProgress?: (progress: FanOutProgress) => void;
}

/** Runs all syncs as `input` (of the named workflow) asks, inline; see the workflows' own docs for what is thrown. */
export async function runFanOut(name: FanOutName, input: unknown, options: ManyRunOptions = {}): Promise<FanOutResult> {
  return fanOutResult(await runInline(name, input, options));
}

/** Runs the steps of a pipeline, inline; see the workflow's own docs for what is thrown. */
export async function runPipeline(input: unknown, options: ManyRunOptions = {}): Promise<PipelineResult> {
  return pipelineResult(await runInline('runSyncPipeline', input, options));
}

/** Runs `name` as this workflow. */
export async function fanOutWorkflow(
  name: FanOutName,
  input: unknown,
  carried: readonly unknown[],
): Promise<FanOutResult> {
  return fanOutResult(await runOwn(name, input, carried));
}

/** Runs `runSyncPipeline` as this workflow. */
export async function pipelineWorkflow(input: unknown, carried: readonly unknown[]): Promise<PipelineResult> {
  return pipelineResult(await runOwn('runSyncPipeline', input, carried));
}

type ManyName = FanOutName | 'runSyncPipeline';

async function runInline(name: ManyName, input: unknown, options: ManyRunOptions): Promise<EngineState> {
  const placement = toActivityOptions(options);
  const listener = guardListener(options.onProgress);
  const end = await runEngine({
    prepare: (beginning) => prepareMany(name, input, beginning, placement),
    placement,
    onStep: (state) => listener(fanOutProgressOf(state, Date.now())),
  });
  if ('state' in end) return end.state;
  throw new Error('an inline run cannot continue as new');
}

/** Handlers are registered before anything is awaited, and nothing reads the input before an activity does. */
async function runOwn(name: ManyName, input: unknown, args: readonly unknown[]): Promise<EngineState> {
  const carried = fromArguments(input, args, workflowInfo().continuedFromExecutionRunId);
  const wishes = carried?.wishes ?? newWishes();
  const began = Date.now();
  let state: EngineState | null = null;
  let endedAt: number | null = null;
  const controls = handleControls(wishes, () =>
    state ? fanOutProgressOf(state, Date.now()) : firstFanOutProgress(wishes, { began, endedAt }),
  );
  const end = await runEngine(
    {
      prepare: (beginning) => prepareMany(name, input, beginning),
      onStep: (current) => setCurrentDetails(describeFanOut(fanOutProgressOf(current, Date.now()))),
    },
    {
      wishes,
      carried,
      onRunning: (current, running) => {
        state = current;
        controls.connect(current, running);
      },
    },
  ).catch((error: unknown) => {
    endedAt = Date.now();
    throw error;
  });
  if ('state' in end) return end.state;
  return continueAsNew<Workflow>(input, ...end.next);
}
