/** Names that are wire format: activity names, message names, task queues. */

/** Prefix of every activity, so that none collides with a user's own. */
export const activityPrefix = 'polytomic.';

/** Below the prefix: activities that do long work. */
export const jobsPrefix = 'jobs.';

/** The waits of a worker on task queue `q` run on `q` + this. */
export const waitTaskQueueSuffix = '-polytomic-wait';

/** Task queue of a worker, and of who calls it, where nothing names another. */
export const defaultTaskQueue = 'polytomic';

/** Query that every workflow answers. */
export const progressQueryName = 'progress';

/** Update that changes the timeout of a running workflow; takes a Duration, counted from now. */
export const changeTimeoutUpdateName = 'changeTimeout';

/** Updates that steer a running fan-out or pipeline. */
export const controlUpdateNames = {
  /** No argument. */
  pause: 'pause',
  /** No argument. */
  resume: 'resume',
  /** Takes the id of a sync, in a pipeline that of a step. */
  skip: 'skip',
  /** Takes a whole number from 1 to 1,000. */
  setConcurrency: 'setConcurrency',
} as const;
