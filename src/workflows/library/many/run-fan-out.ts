/** `runFanOut`: what the workflows that run all syncs do, inline or as workflows of their own. */
import { uuid4, workflowInfo } from '@temporalio/workflow';
import type { PreparedRuns } from '../../../contracts/composite-activities';
import type { FanOutProgress } from '../../../contracts/fan-out-progress';
import type { FanOutResult } from '../../../contracts/fan-out-result';
import type { ResolvedFanOut } from '../../../contracts/prepared-fan-out';
import { Pace } from '../../../rules/pace';
import { emptyResult } from '../../../rules/run-result';
import { listSyncs, prepareRuns } from '../composites';
import { Deadline } from '../deadline';
import { atDoor } from '../door';
import { Notifier } from '../notifier';
import type { Carried } from './carried';
import { planOf } from './dry-run';
import { FanOutSource } from './fan-out-source';
import type { Job } from './job';
import { frameOf } from './job-stops';
import { ManyControl } from './many-control';
import { allSucceeded, stoppedFor, syncsFailed } from './many-failure';
import { runMany } from './run-many';
import { SelectLoop } from './select-loop';
import { Tally } from './tally';
import { Telling } from './telling';

/** The workflows that run all syncs of a kind. */
export type FanOutName = 'runAllModelSyncs' | 'runAllBulkSyncs';

/** Told of each change of the progress; must not throw and must be deterministic, as it runs in workflow code. */
export type FanOutProgressListener = (progress: FanOutProgress) => void;

/** What a workflow of its own adds to the inline function. */
export interface FanOutHooks {
  deadline?: Deadline;
  onProgress?: FanOutProgressListener;
  /** Given once, when there is something to steer. */
  onControl?: (control: ManyControl) => void;
  /** What the run before this one carried along; its presence, even as null, says that this one may continue as new. */
  carried?: Carried | null;
}

/** The result, or what to continue with. */
export type FanOutEnd = { result: FanOutResult } | { carried: Carried };

/** Runs all syncs as `input` (of the named workflow) asks; see the workflows' own docs for what is thrown. */
export async function runFanOut(workflow: FanOutName, input: unknown, hooks: FanOutHooks): Promise<FanOutEnd> {
  const { carried = null, deadline = new Deadline() } = hooks;
  const begun = { name: carried?.name ?? uuid4(), at: carried?.began ?? Date.now() };
  return atDoor(async () => {
    const prepared = carried ? carried.prepared : await prepareRuns({ workflow, input });
    const { fanOut, options } = prepared;
    if (!fanOut) throw new Error('prepareRuns answered without the limits of a fan-out');
    deadline.begin(carried?.deadlineAt ?? begun.at + options.timeoutMs);
    const parts = assemble({ prepared, fanOut, name: begun.name }, hooks);
    if (fanOut.dryRun) return { result: await planOf(parts) };
    const onPhase = () => parts.control.enter('cancelling');
    const ending = await runMany(parts.loop, { deadline, options, onPhase });
    if (ending === 'leave')
      return { carried: toCarried(parts, { prepared, deadline, began: begun.at, name: begun.name }) };
    await parts.notifier.finish();
    parts.control.enter('ended');
    hooks.onProgress?.(parts.control.progress);
    return { result: conclude(parts, prepared) };
  });
}

type Parts = ReturnType<typeof assemble>;

function assemble(
  { prepared, fanOut: asked, name }: { prepared: PreparedRuns; fanOut: ResolvedFanOut; name: string },
  { carried, onControl, onProgress }: FanOutHooks,
) {
  const { organization, options } = prepared;
  // A copy, as `setConcurrency` changes it.
  const fanOut = { ...asked, ...(carried ? { maxConcurrent: carried.maxConcurrent } : {}) };
  const tally = new Tally(carried?.tally);
  const told = carried ? { state: carried.told } : {};
  const notifier = new Notifier({ targets: fanOut.notify, organization, errorText: options.errorText, ...told });
  const telling = new Telling(notifier);
  const noResult = (job: Job, verdict: Parameters<typeof emptyResult>[1]): void => {
    const result = emptyResult(frameOf(job, organization), verdict, null);
    tally.add(job, result, Date.now());
    telling.ended(job, result);
  };
  const source = new FanOutSource(
    prepared,
    fanOut,
    {
      list: listSyncs,
      skipped: (job) => noResult(job, { outcome: 'skipped', reason: 'skipped on request' }),
      missing: (job) =>
        noResult(job, { outcome: 'failed', reason: "polytomic.NotFound: Polytomic's list has no sync of this id" }),
    },
    carried?.source,
  );
  const pace = new Pace(fanOut.startsPerMinute, Math.random, carried?.pace);
  const mayContinue = carried !== undefined;
  const loop: SelectLoop = new SelectLoop({
    ...{ prepared, fanOut, source, tally, telling, name, pace },
    active: carried?.active ?? [],
    paused: carried?.paused ?? false,
    // A notification under way would get lost.
    shouldLeave: () => mayContinue && workflowInfo().continueAsNewSuggested && notifier.idle,
    onStep: () => onProgress?.(control.progress),
  });
  const control = new ManyControl(loop, fanOut);
  onControl?.(control);
  return { fanOut, tally, notifier, source, pace, loop, control, prepared };
}

function toCarried(
  { fanOut, tally, notifier, source, pace, loop }: Parts,
  { prepared, deadline, began, name }: Pick<Carried, 'prepared' | 'began' | 'name'> & { deadline: Deadline },
): Carried {
  return {
    v: 1,
    ...{ name, began, prepared },
    deadlineAt: deadline.at,
    active: loop.turns.all,
    tally: tally.state,
    told: notifier.carry(),
    source: source.state,
    pace: pace.state,
    paused: loop.paused,
    maxConcurrent: fanOut.maxConcurrent,
  };
}

function conclude({ tally, source, loop }: Parts, { options }: PreparedRuns): FanOutResult {
  const { counts, failures } = tally;
  const result = { total: tally.ended, ...counts, failures, listComplete: source.complete };
  if (loop.fatal) throw stoppedFor(loop.fatal, result);
  if (allSucceeded(counts) || options.onFailure === 'return') return result;
  throw syncsFailed(result);
}
