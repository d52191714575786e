/** When a run of a workflow began. */
import type { WorkflowInfo } from '@temporalio/workflow';

type Times = Pick<WorkflowInfo, 'startTime' | 'runStartTime' | 'cronScheduleToScheduleInterval'>;

/**
 * When this run of the workflow began, milliseconds since the epoch by Temporal's clock: when Temporal first offered it to
 * workers, however much later one came. In SDK 1.24 `startTime` is that of the run's first event, `runStartTime` that of its
 * first task, and `cronScheduleToScheduleInterval` the time between for a start delay, a cron schedule or a retry. A signal
 * ends a start delay early.
 */
export function runBeganAt({ startTime, runStartTime, cronScheduleToScheduleInterval = 0 }: Times): number {
  return Math.min(startTime.getTime() + cronScheduleToScheduleInterval, runStartTime.getTime());
}
