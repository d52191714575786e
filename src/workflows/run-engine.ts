/** Runs the engine for a workflow function, inline or as a workflow of its own. */
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  log,
  uuid4,
  workflowInfo,
  type ActivityOptions,
} from '@temporalio/workflow';
import { createCancellation } from './create-failure';
import { forgetPending, toArguments, type CarriedArguments } from './engine/carry';
import type { Drive } from './engine/drive';
import { newWishes, type EngineState, type Wishes } from './engine/state';
import { driveInWorkflow } from './engine/temporal-io';
import type { Beginning } from './engine/begin';
import { publishOpenCancellation, VisibilityPublisher } from './publish-visibility';
import { runBeganAt } from './run-began';

/** What a workflow of its own adds to the inline function. */
export interface OwnWorkflow {
  /** What was asked for from outside, from the first moment. */
  wishes: Wishes;
  /** The state that the run before this one carried along; null: there is none. */
  carried: EngineState | null;
  /** Given the state, and the running loop, as soon as there are. */
  onRunning: (state: EngineState, running: Drive) => void;
}

/** One workflow function. */
export interface EngineTask {
  /** Makes the first state. */
  prepare: (beginning: Beginning) => Promise<EngineState>;
  /** Called after each step. */
  onStep: (state: EngineState) => void;
  /** Of inline calls: options of all activities, where a command sets no others. */
  placement?: ActivityOptions;
}

/** The final state, or the arguments of the next run after its input. */
export type EngineEnd = { state: EngineState } | { next: CarriedArguments };

/** Temporal ends a workflow without its clean-up; this much time is left for it. */
const cleanUpMs = 30_000;

/** Temporal suggests it at each task from some point on; each try ends the waits under way and begins them anew. */
const eventsToNextTry = 1_000;

/** Prepares and drives the engine to its end. Only workflows of their own continue as new. */
export async function runEngine(task: EngineTask, own?: OwnWorkflow): Promise<EngineEnd> {
  const began = Date.now();
  const base = uuid4();
  const wishes = own?.wishes ?? newWishes();
  const state = own?.carried ?? (await unwrapActivityFailure(() => task.prepare({ base, began, wishes })));
  state.latestDeadlineAt = latestDeadline(state);
  // What an inline call ran is not what the user's workflow is about.
  const visibility = own && new VisibilityPublisher();
  const onStep = (current: EngineState): void => {
    visibility?.publish(current);
    task.onStep(current);
  };
  let leaveFrom = own ? 0 : Infinity;
  const mayContinue = (): boolean => workflowInfo().historyLength >= leaveFrom;
  for (;;) {
    const end = await driveInWorkflow(state, {
      mayContinue,
      onStep,
      ...(task.placement && { placement: task.placement }),
      ...(own && { onDrive: (running: Drive) => own.onRunning(state, running) }),
    });
    if (end === 'done') {
      visibility?.publish(state, true);
      // The caller of an inline call has it in the failure's details.
      if (own) publishOpenCancellation(state);
      return { state };
    }
    const next = toArguments(state, workflowInfo().runId);
    if (next) return { next };
    log.warn('The state is too large to continue as new; the workflow goes on, and tries it again later', {
      jobs: Object.keys(state.jobs).length,
    });
    leaveFrom = workflowInfo().historyLength + eventsToNextTry;
    forgetPending(state);
  }
}

/** The earlier of what Temporal allows, less the time for the clean-up; never less than half of the time left. */
function latestDeadline({ settings }: EngineState): number | null {
  const info = workflowInfo();
  const { executionExpirationTime, runTimeoutMs } = info;
  const runExpiry = runTimeoutMs ? runBeganAt(info) + runTimeoutMs : Infinity;
  const expiry = Math.min(executionExpirationTime?.getTime() ?? Infinity, runExpiry);
  if (!Number.isFinite(expiry)) return null;
  const now = Date.now();
  return Math.max(expiry - settings.setup.cancelTimeoutMs - cleanUpMs, now + Math.max(0, expiry - now) / 2);
}

/** Callers see what went wrong, not the activity in which it did; a cancelled one is a `CancelledFailure`, as later on. */
export async function unwrapActivityFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    if (isCancellation(error)) throw createCancellation('The workflow was cancelled', []);
    throw error.cause instanceof ApplicationFailure ? error.cause : error;
  }
}

/** A listener of an inline call. What it throws is logged, as else the run would go on with nobody who waits for it. */
export function guardListener<P>(listener: ((progress: P) => void) | undefined): (progress: P) => void {
  return (progress) => {
    try {
      listener?.(progress);
    } catch (error) {
      log.warn('onProgress has thrown; the run goes on', {
        error: error instanceof Error ? error.message : String(error),
      });
    }
  };
}
