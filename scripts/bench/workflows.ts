/** Workflows of the benchmark's workers: ours, what they are compared with, and a wait as a fan-out has it. */
import { proxyActivities } from '@temporalio/workflow';
import type { AwaitExecutionsRequest } from '../../src/contracts/waits';
import { awaitExecutions } from '../../src/workflows/library/composites';
import type { bareActivities } from './bare-activities';

export * from '../../src/workflows/index';

const { idle } = proxyActivities<typeof bareActivities>({
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '75 seconds',
});

/** The least that waits in Temporal: one activity that idles and heartbeats. */
export async function bareWait(): Promise<void> {
  await idle();
}

/** One wait of many executions, on that queue. */
export async function waitForMany(request: AwaitExecutionsRequest, waitTaskQueue: string): Promise<void> {
  await awaitExecutions({ waitTaskQueue, heartbeatTimeoutMs: 75_000, cancelTimeoutMs: 60_000 })(request);
}
