/** Definitions of the queries and updates of our workflows, for handles in workflow code and in clients. */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Duration } from '../contracts/duration';
import type { FanOutProgress } from '../contracts/fan-out-progress';
import { approveUpdateName, changeTimeoutUpdateName, controlUpdateNames, progressQueryName } from '../contracts/names';
import type { RunProgress } from '../contracts/progress';
import type { ProvisionApproval, ProvisionProgress } from '../contracts/provision';

/** Answers where the run of one sync, or the wait for one, stands. */
export const progressQuery = defineQuery<RunProgress>(progressQueryName);
/** Answers where a fan-out or pipeline stands. */
export const fanOutProgressQuery = defineQuery<FanOutProgress>(progressQueryName);
/** Answers where a provisioning workflow stands. */
export const provisionProgressQuery = defineQuery<ProvisionProgress>(progressQueryName);
/** Changes the timeout of a running workflow, counted from now; answers the new time (RFC 3339). */
export const changeTimeoutUpdate = defineUpdate<string, [Duration]>(changeTimeoutUpdateName);
/** Of a fan-out or pipeline: what runs may end; nothing is started until `resume`. */
export const pauseUpdate = defineUpdate<{ paused: true }>(controlUpdateNames.pause);
/** Of a fan-out or pipeline: goes on after `pause`. */
export const resumeUpdate = defineUpdate<{ paused: false }>(controlUpdateNames.resume);
/** Takes out a sync of a fan-out (of a pipeline: a step) that has not started, by its id. */
export const skipUpdate = defineUpdate<{ skipped: string }, [string]>(controlUpdateNames.skip);
/** Changes how many syncs run at the same time, 1 to 1,000; fewer than run now are reached as they end. */
export const setConcurrencyUpdate = defineUpdate<{ maxConcurrent: number }, [number]>(
  controlUpdateNames.setConcurrency,
);
/** Agrees to the plan that a provisioning workflow waits with. */
export const approveUpdate = defineUpdate<void, [ProvisionApproval]>(approveUpdateName);
