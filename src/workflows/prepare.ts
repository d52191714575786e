/** From a workflow's input to the engine's first state, by way of the activities that read the input. */
import {
  ActivityFailure,
  CancellationScope,
  condition,
  proxyActivities,
  TimeoutFailure,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { AwaitSyncInput } from '../contracts/await-sync';
import type { CompositeActivities } from '../contracts/composite-activities';
import { failureTypes } from '../contracts/failure-types';
import { activityPrefix } from '../contracts/names';
import type { RunWorkflowName } from '../contracts/prepared-runs';
import { defaultTimeoutMs, longestTimeoutMs, toMilliseconds } from '../rules/duration';
import { createFailure } from './create-failure';
import { readOptions } from './engine/activity-options';
import { beginAwait, beginMany, beginRun, type Beginning } from './engine/begin';
import type { EngineState, Wishes } from './engine/state';

/** One sync, named or to be created. */
export async function prepareRun(
  workflow: Extract<RunWorkflowName, `${string}Sync`>,
  input: unknown,
  beginning: Beginning,
  placement: ActivityOptions = {},
): Promise<EngineState> {
  const read = (asked: unknown) => reads(placement, asked).prepareRuns({ workflow, input: asked });
  return beginRun(await readInTime(read, input, beginning.wishes), beginning, Date.now());
}

/** A run that somebody else starts. */
export async function prepareAwait(
  input: AwaitSyncInput,
  beginning: Beginning & { waitBegan: number },
  placement: ActivityOptions = {},
): Promise<EngineState> {
  const beganAt = new Date(beginning.waitBegan).toISOString();
  const read = (asked: AwaitSyncInput) => reads(placement, asked).prepareAwaitSync({ input: asked, beganAt });
  return beginAwait(await readInTime(read, input, beginning.wishes), beginning, Date.now());
}

/** A fan-out or pipeline. */
export async function prepareMany(
  workflow: Extract<RunWorkflowName, `runAll${string}` | 'runSyncPipeline'>,
  input: unknown,
  beginning: Beginning,
  placement: ActivityOptions = {},
): Promise<EngineState> {
  const read = (asked: unknown) => reads(placement, asked, 'Read the input').prepareRuns({ workflow, input: asked });
  return beginMany(await untilTimeout(read(input)), beginning, Date.now());
}

/**
 * The activity knows only the timeout of its input, until which it is tried. Where `changeTimeout` says otherwise meanwhile,
 * the read begins anew with the time that is left; it starts nothing, so the one before can be left.
 */
async function readInTime<I, T extends { expired: boolean }>(
  read: (input: I) => Promise<T>,
  input: I,
  wishes: Wishes,
): Promise<T> {
  for (;;) {
    const { timeoutAt } = wishes;
    const scope = new CancellationScope();
    let isOver = false;
    const reading = scope.run(() => untilTimeout(read(withTimeout(input, timeoutAt)))).finally(() => (isOver = true));
    const isChanged = (): boolean => wishes.timeoutAt !== timeoutAt;
    const changed = CancellationScope.nonCancellable(() => condition(() => isOver || isChanged()));
    await Promise.race([reading, changed]);
    // One that is just out of time may have been given more.
    const prepared = isOver ? await reading : null;
    if (prepared && !(prepared.expired && isChanged())) return prepared;
    reading.catch(() => undefined);
    scope.cancel();
  }
}

/** The activity ends by itself when the time is up; where no worker takes it, or answers, Temporal ends it so much later. */
const unansweredMs = 120_000;

/** Temporal has ended the read. @throws ApplicationFailure as the timeout of the workflow has passed */
async function untilTimeout<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const isOver = error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;
    if (!isOver) throw error;
    const message = 'The timeout passed before a worker had read the input';
    throw createFailure({ type: failureTypes.SyncTimedOut, message, nonRetryable: false });
  }
}

function withTimeout<I>(input: I, timeoutAt: number | null): I {
  if (timeoutAt === null || typeof input !== 'object' || input === null) return input;
  return { ...input, timeout: Math.max(1, timeoutAt - Date.now()) };
}

/** What is no duration, or too long, is the activity's to refuse. */
function boundOf(input: unknown): ActivityOptions {
  const { timeout } = (input ?? {}) as { timeout?: unknown };
  const timeoutMs = Math.min(toMilliseconds(timeout) ?? defaultTimeoutMs, longestTimeoutMs);
  return { scheduleToCloseTimeout: timeoutMs + unansweredMs };
}

/** The activities that read an input. */
function reads(
  placement: ActivityOptions,
  input: unknown,
  summary = 'Read the input, the sync and its last run',
): Pick<CompositeActivities, 'prepareRuns' | 'prepareAwaitSync'> {
  const scheduled = proxyActivities<Record<string, (request: unknown) => Promise<unknown>>>({
    ...placement,
    ...readOptions,
    ...boundOf(input),
    summary,
  });
  const activity = (name: string) => scheduled[activityPrefix + name];
  return {
    prepareRuns: activity('prepareRuns') as CompositeActivities['prepareRuns'],
    prepareAwaitSync: activity('prepareAwaitSync') as CompositeActivities['prepareAwaitSync'],
  };
}
