/** `runPipeline`: what `runSyncPipeline` does, inline or as a workflow of its own. */
import { uuid4 } from '@temporalio/workflow';
import type { PipelineResult } from '../../../contracts/fan-out-result';
import { fitSteps } from '../../../rules/fan-out-tally';
import { Pace } from '../../../rules/pace';
import { prepareRuns } from '../composites';
import { Deadline } from '../deadline';
import { atDoor } from '../door';
import { Notifier } from '../notifier';
import { ManyControl } from './many-control';
import { allSucceeded, stoppedFor, syncsFailed } from './many-failure';
import { PipelineSource } from './pipeline-source';
import type { FanOutHooks } from './run-fan-out';
import { runMany } from './run-many';
import { SelectLoop } from './select-loop';
import { Tally } from './tally';
import { Telling } from './telling';

/** Runs the steps; see the workflow's own docs for what is thrown. At most 200 steps, so it never continues as new. */
export async function runPipeline(input: unknown, hooks: Omit<FanOutHooks, 'carried'>): Promise<PipelineResult> {
  const { deadline = new Deadline(), onControl, onProgress } = hooks;
  const began = Date.now();
  const name = uuid4();
  return atDoor(async () => {
    const prepared = await prepareRuns({ workflow: 'runSyncPipeline', input });
    const { fanOut: asked, steps, options, organization } = prepared;
    if (!asked || !steps) throw new Error('prepareRuns answered without the steps of a pipeline');
    deadline.begin(began + options.timeoutMs);
    const fanOut = { ...asked };
    const source = new PipelineSource(steps, prepared);
    const tally = new Tally();
    const notifier = new Notifier({ targets: fanOut.notify, organization, errorText: options.errorText });
    const loop: SelectLoop = new SelectLoop({
      ...{ prepared, fanOut, source, tally, name },
      telling: new Telling(notifier),
      pace: new Pace(fanOut.startsPerMinute, Math.random),
      active: [],
      paused: false,
      shouldLeave: () => false,
      onStep: () => onProgress?.(control.progress),
    });
    const control = new ManyControl(loop, fanOut);
    onControl?.(control);
    await runMany(loop, { deadline, options, onPhase: () => control.enter('cancelling') });
    await notifier.finish();
    control.enter('ended');
    onProgress?.(control.progress);
    const order = steps.map(({ id }) => [id, tally.steps.get(id)] as const);
    const results = Object.fromEntries(order.flatMap(([id, result]) => (result ? [[id, result]] : [])));
    const result = { total: steps.length, ...tally.counts, steps: fitSteps(results) };
    if (loop.fatal) throw stoppedFor(loop.fatal, result);
    if (allSucceeded(tally.counts) || options.onFailure === 'return') return result;
    throw syncsFailed(result);
  });
}
