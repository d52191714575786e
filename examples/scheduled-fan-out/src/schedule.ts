/**
 * Creates the schedule that runs all bulk syncs every night, or changes it to what is written here, so this may run with each
 * deployment. With the argument `now` it also starts a run at once, as the schedule would.
 */
import {
  Client,
  Connection,
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
} from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { runAllBulkSyncs } from 'temporal-polytomic/workflows';

const scheduleId = 'nightly-fan-out';

type FanOutSchedule = ScheduleOptions<ScheduleOptionsStartWorkflowAction<typeof runAllBulkSyncs>>;

const schedule: Omit<FanOutSchedule, 'scheduleId'> = {
  spec: {
    calendars: [{ hour: 2, minute: 0 }],
    timezone: 'Europe/Amsterdam',
    // Not everybody's night begins on the hour.
    jitter: '10 minutes',
  },
  policies: {
    // A night that lasts longer than a day is not followed by another one meanwhile.
    overlap: ScheduleOverlapPolicy.SKIP,
    // The default is a year: after an outage every night missed would be made up for.
    catchupWindow: '1 hour',
  },
  action: {
    type: 'startWorkflow',
    workflowType: 'runAllBulkSyncs',
    workflowId: scheduleId,
    taskQueue: process.env['POLYTOMIC_TASK_QUEUE'] ?? 'polytomic',
    args: [
      {
        filter: { exclude: ['Sandbox *'] },
        maxConcurrent: 20,
        maxConcurrentPerConnection: 3,
        retryFailedSchemas: 1,
        timeoutPerSync: '6 hours',
        timeout: '20 hours',
        // Names of targets that the operator configured; none: nobody is told.
        notify: process.env['NOTIFY']?.split(',') ?? [],
      },
    ],
  },
};

async function main([argument]: string[]): Promise<void> {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  try {
    const client = new Client({ connection, ...(namespace ? { namespace } : {}) });
    const handle = client.schedule.getHandle(scheduleId);
    await client.schedule.create<typeof runAllBulkSyncs>({ scheduleId, ...schedule }).catch(async (error: unknown) => {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      // What a person changed by hand, such as a pause, stays.
      await handle.update<typeof runAllBulkSyncs>(({ state }) => ({ ...schedule, state }));
    });
    if (argument === 'now') await handle.trigger();
    const { info } = await handle.describe();
    console.log(`Next: ${info.nextActionTimes[0]?.toISOString()}`);
  } finally {
    await connection.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
