/** The activities of provisioning as workflow code schedules them; each timeout with its reason. */
import { ActivityCancellationType, proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { WorkerSetup } from '../../contracts/worker-setup';
import { activityPrefix } from '../../contracts/names';
import type { ProvisionActivities } from '../../contracts/provision-activities';

/** Reads, tried until they are answered; a large organization has many pages. */
const reads: ActivityOptions = {
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '2 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

/** Messages to the record: answered at once, or no worker polls. */
const messages: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

/**
 * Writes: one attempt each, as only the workflow knows what an earlier one may have done. A write under way is never left
 * behind, and a killed worker is noticed by its heartbeats.
 */
const writes: ActivityOptions = {
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '20 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { maximumAttempts: 1 },
};

/** Waits, however long: no growing backoff, and left at once when cancelled. */
const waits = ({ waitTaskQueue, heartbeatTimeoutMs }: WorkerSetup): ActivityOptions => ({
  ...(waitTaskQueue === null ? {} : { taskQueue: waitTaskQueue }),
  startToCloseTimeout: '8 days',
  heartbeatTimeout: Math.max(heartbeatTimeoutMs, 60_000),
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
});

/** Even where no time is left, one attempt is made. */
const minLimitMs = 10_000;

type Name = keyof ProvisionActivities;

/** What else may be said of an activity. */
export interface ActivityWish {
  /** Where waits run, and how often they report. */
  setup?: WorkerSetup;
  /** It is given up after so long, retries included; milliseconds. */
  limitMs?: number;
}

/**
 * One activity with a summary for the Temporal UI. Where planning and applying get their activities from; a simulation gives
 * them others.
 */
export type ActivitySource = <N extends Name>(name: N, summary: string, wish?: ActivityWish) => ProvisionActivities[N];

/** Activities of an inline call, placed as it says; waits run on the wait queue of the worker that it names. */
export function placedActivities(placement: ActivityOptions): ActivitySource {
  return <N extends Name>(name: N, summary: string, { setup, limitMs }: ActivityWish = {}) => {
    const limit = limitMs === undefined ? {} : { scheduleToCloseTimeout: Math.max(minLimitMs, limitMs) };
    const options = { ...placement, ...optionsOf(name, setup), ...limit, summary };
    const scheduled = proxyActivities<Record<string, ProvisionActivities[N]>>(options);
    return scheduled[activityPrefix + name] as ProvisionActivities[N];
  };
}

/** Activities on the task queue of the workflow, with its priority. */
export const provisionActivity: ActivitySource = placedActivities({});

function optionsOf(name: Name, setup: WorkerSetup | undefined): ActivityOptions {
  switch (name) {
    // Its end is awaited also when it is cancelled: a release before it would leave the lock with a run that goes on.
    case 'acquireSet':
      return { ...messages, cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED };
    case 'changeSet':
    case 'readSet':
    case 'hashPlan':
      return messages;
    case 'releaseSet':
      return { ...messages, scheduleToCloseTimeout: '10 minutes' };
    case 'applyObjects':
    case 'activateSyncs':
    case 'deleteObjects':
      return writes;
    case 'awaitObjects':
    case 'awaitSet':
      return setup ? waits(setup) : reads;
    // Reads before it writes, so that it may be tried again; a person waits for it.
    case 'changeSchedule':
      return { ...messages, scheduleToCloseTimeout: '5 minutes' };
    case 'notifyProvisioning':
      return { ...messages, scheduleToCloseTimeout: '10 minutes' };
    case 'prepareProvision':
    case 'findObjects':
    case 'planObjects':
    case 'exportObjects':
      return reads;
  }
}
