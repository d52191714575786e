/** How each command is scheduled as an activity; each timeout with its reason. */
import type { ActivityOptions } from '@temporalio/workflow';
import type { Command, WaitPlace } from './commands';

/**
 * The values of `ActivityCancellationType`, as no value of Temporal's may be loaded here. A start under way is never left
 * behind, so a cancellation waits for its end. Waits are left at once, as cancellation reaches an activity by its heartbeat
 * only, up to a minute late.
 */
type Options = ActivityOptions & { cancellationType?: 'TRY_CANCEL' | 'WAIT_CANCELLATION_COMPLETED' };

/** Time for one worker to take what must be done soon. */
const pickupTimeout = '5 minutes';

/** Each try takes requests at once: while nothing can be read, they come ever more rarely. */
const readRetry = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' } as const;

/** Reads: as long as one request may take; tried until Polytomic answers. */
export const readOptions: Options = { startToCloseTimeout: '60 seconds', retry: readRetry };

/** One attempt: only the engine repeats starts and creates, so that what an attempt may have done is known to it. */
const tryOptions: Options = {
  startToCloseTimeout: '3 minutes',
  scheduleToStartTimeout: pickupTimeout,
  heartbeatTimeout: '20 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { maximumAttempts: 1 },
};

/**
 * Notifications: tried for ten minutes, as later they are of little use to people; an attempt may take an activity of the
 * user's some time, ours at most 10 seconds.
 */
const notifyOptions: Options = {
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** A single attempt of a wait may last a day; the next one goes on where it ended. */
const maxWaitAttempt = '1 day';

/** Time beyond the bound for the activity to answer what it found. */
const cancelSlackMs = 20_000;

/** The options of a command. */
export function optionsOf(command: Command): Options {
  const options = baseOptionsOf(command);
  return { ...options, summary: command.text };
}

function baseOptionsOf(command: Command): Options {
  switch (command.type) {
    case 'start':
    case 'create':
      return tryOptions;
    case 'read':
      return { ...waitOptions(command.place), retry: readRetry };
    case 'wait':
    case 'search':
    case 'catchUp':
      return waitOptions(command.place);
    case 'cancel':
      return {
        startToCloseTimeout: command.request.timeoutMs + cancelSlackMs,
        scheduleToCloseTimeout: '1 hour',
        heartbeatTimeout: '15 seconds',
        retry: { initialInterval: '500 milliseconds', backoffCoefficient: 1 },
      };
    case 'compare':
      return {
        ...readOptions,
        startToCloseTimeout: '5 minutes',
        heartbeatTimeout: '30 seconds',
        cancellationType: 'TRY_CANCEL',
      };
    case 'list':
      return {
        ...readOptions,
        startToCloseTimeout: '10 minutes',
        heartbeatTimeout: '90 seconds',
        cancellationType: 'TRY_CANCEL',
      };
    case 'setup':
      return readOptions;
    case 'notify':
      return notifyOptions;
  }
}

/**
 * No schedule-to-close timeout and no growing backoff: an outage of any length must not end a wait. One that no worker
 * picks up is given back to the engine, which asks for the queue that is polled now.
 */
function waitOptions({ setup, pickupMs }: WaitPlace): Options {
  return {
    ...(setup.waitTaskQueue === null ? {} : { taskQueue: setup.waitTaskQueue }),
    startToCloseTimeout: maxWaitAttempt,
    scheduleToStartTimeout: pickupMs,
    heartbeatTimeout: setup.heartbeatTimeoutMs,
    cancellationType: 'TRY_CANCEL',
    retry: { initialInterval: '1 second', backoffCoefficient: 1 },
  };
}
