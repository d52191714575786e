/** Reads what the server knows of a workflow: its activities, when something happened, and every text inside. */
import type { WorkflowHandle } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils';
import { waitUntil } from './wait-until';

type Event = NonNullable<History['events']>[number];
type Time = Event['eventTime'];

/** One activity as its history tells it. */
export interface ActivityRecord {
  /** Without the prefix. */
  name: string;
  scheduledAt: number;
  /** Of the last attempt; undefined until the activity has ended. */
  startedAt?: number;
  attempt?: number;
  identity?: string;
  /** Message of the failure of the attempt before the last one. */
  lastFailure?: string;
}

/** Resolves once a worker has taken the wait for the run, or another activity. */
export async function untilWaiting(handle: WorkflowHandle, activity = 'awaitExecutions'): Promise<void> {
  await waitUntil(
    async () => {
      // A child that was only just asked for may not be there yet.
      const pendingActivities = await handle.describe().then(
        ({ raw }) => raw.pendingActivities,
        () => undefined,
      );
      return pendingActivities?.some(
        ({ activityType, lastStartedTime }) => activityType?.name === `polytomic.${activity}` && lastStartedTime,
      );
    },
    { everyMs: 250 },
  );
}

/** Which worker has taken the wait that is under way. */
export async function workerOfWait(handle: WorkflowHandle): Promise<string | null | undefined> {
  const { raw } = await handle.describe();
  const wait = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'polytomic.awaitExecutions');
  return wait?.lastWorkerIdentity;
}

/** All events so far, oldest first. */
export async function eventsOf(handle: WorkflowHandle): Promise<Event[]> {
  return (await handle.fetchHistory()).events ?? [];
}

/** The activities in the order in which they were scheduled. */
export async function activitiesOf(handle: WorkflowHandle): Promise<ActivityRecord[]> {
  const records = new Map<string, ActivityRecord>();
  for (const event of await eventsOf(handle)) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    const started = event.activityTaskStartedEventAttributes;
    if (scheduled) {
      const name = scheduled.activityType?.name?.replace('polytomic.', '') ?? '';
      records.set(String(event.eventId), { name, scheduledAt: toMs(event.eventTime) });
    } else if (started) {
      const record = records.get(String(started.scheduledEventId));
      const { attempt, identity } = started;
      const lastFailure = started.lastFailure?.message;
      Object.assign(record ?? {}, { startedAt: toMs(event.eventTime), attempt, identity, lastFailure });
    }
  }
  return [...records.values()];
}

/** When the first event with these attributes happened; fails when there is none. */
export async function timeOf(handle: WorkflowHandle, attributes: keyof Event): Promise<number> {
  const event = (await eventsOf(handle)).find((candidate) => candidate[attributes]);
  if (!event) throw new Error(`The history has no event with ${attributes}`);
  return toMs(event.eventTime);
}

/** Everything readable in a part of a protobuf message: strings, and payloads decoded. */
export function textsIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(textsIn).join('\n');
}

function toMs(time: Time): number {
  return Number(time?.seconds ?? 0) * 1000 + Number(time?.nanos ?? 0) / 1e6;
}
