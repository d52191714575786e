/** Workflows of the benchmark's workers: ours, what they are compared with, and a wait as a fan-out has it. */
import { proxyActivities } from '@temporalio/workflow';
import type { AwaitExecutionsRequest } from '../../src/contracts/waits';
import type { bareActivities } from './bare-activities';
import type { SyncPolled } from './poll-until-ended';

export * from '../../src/workflows/index';

const { idle, poll } = proxyActivities<typeof bareActivities>({
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '75 seconds',
});

/** The least that waits in Temporal: one activity that idles and heartbeats. */
export async function bareWait(): Promise<void> {
  await idle();
}

/** One activity that polls. */
export async function pollingWait(sync: SyncPolled): Promise<void> {
  await poll(sync);
}

/** One wait of many executions, on that queue. */
export async function waitForMany(request: AwaitExecutionsRequest, taskQueue: string): Promise<void> {
  const waits = proxyActivities<Record<string, (request: AwaitExecutionsRequest) => Promise<unknown>>>({
    taskQueue,
    startToCloseTimeout: '1 day',
    heartbeatTimeout: '75 seconds',
  });
  await waits['polytomic.awaitExecutions']?.(request);
}
