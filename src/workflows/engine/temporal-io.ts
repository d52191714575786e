/** The engine's world in a workflow: the only file of the engine that loads Temporal's workflow library. */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  log,
  proxyActivities,
  sleep,
  TimeoutFailure,
  workflowInfo,
  type ActivityOptions,
} from '@temporalio/workflow';
import { onCancelOf } from '../on-cancel-of';
import { activityOf } from './activity-of';
import { optionsOf } from './activity-options';
import type { Command, CommandError, LogLine } from './commands';
import { drive, type Drive, type Io, type Running } from './drive';
import type { EngineState } from './state';
import { deadlineSummary } from './summaries';

/** What differs between workflows of our own and inline calls. */
export interface DriveOptions {
  /** Whether the workflow may continue as new, once Temporal suggests it. */
  mayContinue: () => boolean;
  /** Called after each step. */
  onStep: (state: EngineState) => void;
  /** Given the running loop, so that updates can wake it. */
  onDrive?: (running: Drive) => void;
  /** Options of all activities, where a command sets no others. */
  placement?: ActivityOptions;
}

/**
 * Runs the engine to its end in a scope that the caller's cancellation does not touch: it is an event like any other.
 * Several engines may run in one workflow.
 */
export async function driveInWorkflow(state: EngineState, options: DriveOptions): Promise<'done' | 'leave'> {
  const caller = CancellationScope.current();
  return CancellationScope.nonCancellable(async () => {
    const running = drive(state, workflowIo(caller, options));
    options.onDrive?.(running);
    return running.end;
  });
}

function workflowIo(caller: CancellationScope, { mayContinue, onStep, placement = {} }: DriveOptions): Io {
  const { workflowId, runId } = workflowInfo();
  return {
    identity: { workflowId, runId },
    now: () => Date.now(),
    task: () => workflowInfo().historyLength,
    run: (command) => runCommand(command, placement),
    toError,
    armTimer,
    until: (isReady) => condition(isReady),
    onCancel: (listener) => onCancelOf(caller, listener),
    shouldLeave: () => mayContinue() && workflowInfo().continueAsNewSuggested,
    log: ({ level, message, attributes }: LogLine) => log[level ?? 'warn'](message, attributes),
    onStep,
  };
}

type Scheduled = Record<string, (request: unknown) => Promise<unknown>>;

function runCommand(command: Command, placement: ActivityOptions): Running {
  const scope = new CancellationScope();
  const activities = proxyActivities<Scheduled>({ ...placementOf(command, placement), ...optionsOf(command) });
  const { name, request } = activityOf(command);
  const result = scope.run(async () => activities[name]?.(request));
  return { result, abandon: () => scope.cancel() };
}

/** An activity of the user's is where the workflow's own worker is. */
function placementOf(command: Command, { taskQueue, ...others }: ActivityOptions): ActivityOptions {
  const isUsers = command.type === 'notify' && command.target.activity !== null;
  return taskQueue === undefined || isUsers ? others : { taskQueue, ...others };
}

function armTimer(at: number, onFired: () => void): () => void {
  const scope = new CancellationScope();
  const ms = Math.max(1, at - Date.now());
  scope.run(() => sleep(ms, { summary: deadlineSummary })).then(onFired, ignoreCancellation);
  return () => scope.cancel();
}

function ignoreCancellation(error: unknown): void {
  if (!isCancellation(error)) throw error;
}

function toError(error: unknown): CommandError {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  const plain = { failureType: null, message, nonRetryable: false };
  if (cause instanceof CancelledFailure) return { ...plain, type: 'canceled' };
  if (cause instanceof TimeoutFailure) {
    const isUnpicked = cause.timeoutType === 'SCHEDULE_TO_START';
    const heartbeat: unknown = cause.lastHeartbeatDetails ?? undefined;
    return { ...plain, type: isUnpicked ? 'notPickedUp' : 'lost', ...(heartbeat !== undefined && { heartbeat }) };
  }
  if (!(cause instanceof ApplicationFailure)) return { ...plain, type: 'lost' };
  return { ...plain, type: 'failed', failureType: cause.type ?? null, nonRetryable: cause.nonRetryable ?? false };
}
