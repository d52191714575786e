/** The composite activities as workflow code schedules them; each timeout with its reason. */
import { ActivityCancellationType, proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { CompositeActivities, WorkerSetup } from '../../contracts/composite-activities';
import { activityPrefix } from '../../contracts/names';

type Name = keyof CompositeActivities;

/** Reads: as long as one request may take; tried until Polytomic answers or the workflow's own timeout passes. */
const readOptions: ActivityOptions = {
  startToCloseTimeout: '60 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

/**
 * Starts and creates: one request (60 s at most) and a few reads. A start under way is never left behind, so a
 * cancellation waits for its end; the heartbeat finds a killed worker sooner than the timeout would. How long to wait
 * between tries is told by each try.
 */
const startOptions: ActivityOptions = {
  startToCloseTimeout: '70 seconds',
  heartbeatTimeout: '20 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

/**
 * Telling people: tried for ten minutes, as later it is of little use to them; a try may take a user's own activity some time,
 * ours at most 10 seconds.
 */
export const notifyOptions: ActivityOptions = {
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** A single try of a wait may last a day; what comes after is the next try, which goes on where it ended. */
const longestWaitTry = '1 day';

/** Time beyond the bound for the activity to answer what it found. */
const cancelSlackMs = 20_000;

/** Reads the "before" of syncs, or parses a workflow's input. */
export const prepareRuns: CompositeActivities['prepareRuns'] = (request) =>
  schedule('prepareRuns', readOptions, 'Read the sync and its last run')(request);

/** Lists the syncs that a filter takes. */
export const listSyncs: CompositeActivities['listSyncs'] = (request) =>
  schedule(
    'listSyncs',
    { ...readOptions, startToCloseTimeout: '10 minutes', heartbeatTimeout: '90 seconds' },
    'List the syncs',
  )(request);

/** Parses the input of a wait, and reads its sync. */
export const prepareAwaitSync: CompositeActivities['prepareAwaitSync'] = (request) =>
  schedule('prepareAwaitSync', readOptions, 'Read the sync and its last run')(request);

/** Creates syncs, each once. */
export const createSyncs: CompositeActivities['createSyncs'] = (request) =>
  schedule('createSyncs', startOptions, 'Create the sync')(request);

/** Starts executions, each once. */
export const startExecutions: CompositeActivities['startExecutions'] = (request) =>
  schedule('startExecutions', startOptions, summary('Start', request.items))(request);

/** Posts a notification to one target; `text` tells in the Temporal UI what it is about. */
export function notify(text: string): CompositeActivities['notify'] {
  return schedule('notify', notifyOptions, text);
}

/** Waits until some executions end, on the wait task queue. */
export function awaitExecutions(setup: WorkerSetup): CompositeActivities['awaitExecutions'] {
  return (request) => {
    const { executions, upNext } = request;
    const text = executions.length > 0 ? summary('Wait for', executions) : summary('Read what is true of', upNext);
    return schedule('awaitExecutions', waitOptions(setup), text)(request);
  };
}

/** Waits for the next run that somebody starts, on the wait task queue. */
export function awaitNextRun(setup: WorkerSetup): CompositeActivities['awaitNextRun'] {
  return (request) => schedule('awaitNextRun', waitOptions(setup), summary('Look for a run of', [request]))(request);
}

/** Cancels runs, or reads them a last time; to be called in a non-cancellable scope. */
export const cancelExecutions: CompositeActivities['cancelExecutions'] = (request) => {
  const options: ActivityOptions = {
    startToCloseTimeout: request.timeoutMs + cancelSlackMs,
    scheduleToCloseTimeout: 2 * (request.timeoutMs + cancelSlackMs),
    heartbeatTimeout: '15 seconds',
    retry: { initialInterval: '500 milliseconds', backoffCoefficient: 1 },
  };
  const verb = request.items.some(({ cancel }) => cancel) ? 'Cancel' : 'Read a last time';
  return schedule('cancelExecutions', options, summary(verb, request.items))(request);
};

/**
 * No schedule-to-close timeout and no growing backoff: an outage of any length must not end a wait. TRY_CANCEL, as
 * cancellation reaches an activity by its heartbeat only, up to a minute late.
 */
function waitOptions(setup: WorkerSetup): ActivityOptions {
  return {
    ...(setup.waitTaskQueue === null ? {} : { taskQueue: setup.waitTaskQueue }),
    startToCloseTimeout: longestWaitTry,
    heartbeatTimeout: setup.heartbeatTimeoutMs,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  };
}

function schedule<N extends Name>(name: N, options: ActivityOptions, text: string): CompositeActivities[N] {
  const activities = proxyActivities<Record<string, CompositeActivities[N]>>({ ...options, summary: text });
  return activities[activityPrefix + name] as CompositeActivities[N];
}

function summary(verb: string, items: readonly { kind: string; syncId: string }[]): string {
  const [only] = items;
  return items.length === 1 && only ? `${verb} ${only.kind} sync ${only.syncId}` : `${verb} ${items.length} syncs`;
}
