/** Creates, updates and previews schedules of our workflows; exported to code by the package's entry point. */
import { randomUUID } from 'node:crypto';
import type { ScheduleClient, ScheduleHandle, ScheduleOptions } from '@temporalio/client';
import { ScheduleInputError, toScheduleOptions, toUpdateOptions, type SyncSchedule } from './sync-schedule';

export { adoptSyncSchedule, releaseSyncSchedule } from './adopt';
export type { AdoptClient, AdoptedSchedule, AdoptedSync, ReleasedSchedule } from './adopt';
export { overlapPolicies, ScheduleInputError, type OverlapPolicy, type SyncSchedule } from './sync-schedule';

/** What became of a schedule. */
export interface EnsuredSchedule {
  /** Id of the schedule in Temporal. */
  scheduleId: string;
  /** What was done about it. */
  action: 'created' | 'updated';
}

/**
 * Creates the schedule, or changes the one of this id to be the same; safe to repeat. Whether an existing one is paused,
 * its note and its memo stay as they are unless `schedule` says otherwise.
 *
 * @throws ScheduleInputError for a schedule that says no time, or one that Temporal cannot read, and the SDK's errors
 */
export async function ensureSyncSchedule(client: ScheduleClient, schedule: SyncSchedule): Promise<EnsuredSchedule> {
  const { scheduleId } = schedule;
  try {
    await createSchedule(client, toScheduleOptions(schedule));
    return { scheduleId, action: 'created' };
  } catch (error) {
    if ((error as Error).name !== 'ScheduleAlreadyRunning') throw error;
    await client.getHandle(scheduleId).update(({ state }) => toUpdateOptions(schedule, state));
    return { scheduleId, action: 'updated' };
  }
}

/** When the schedule would fire next, by Temporal's own reckoning: one is created, paused, read and deleted. */
export async function previewSyncSchedule(client: ScheduleClient, schedule: SyncSchedule, count = 5): Promise<Date[]> {
  const scheduleId = `polytomic-preview-${randomUUID()}`;
  const handle = await createSchedule(client, toScheduleOptions({ ...schedule, scheduleId, paused: true }));
  try {
    const { info } = await handle.describe();
    return info.nextActionTimes.slice(0, count);
  } finally {
    await handle.delete();
  }
}

/** The SDK throws a plain TypeError where the server refuses what a schedule says, such as its cron expression. */
async function createSchedule(client: ScheduleClient, options: ScheduleOptions): Promise<ScheduleHandle> {
  try {
    return await client.create(options);
  } catch (error) {
    throw error instanceof TypeError ? new ScheduleInputError(error.message) : error;
  }
}
