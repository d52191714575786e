/** Counts of runs in progress, from the heartbeats of their waits: no workflow holds them, as that would cost history. */
import type { WorkflowHandle } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { decodeInPlace } from '../codec';
import { activityPrefix } from '../../contracts/names';
import { decodePayload } from '../history/payload';
import type { LiveRun, LiveSchema } from './watched-run';

/** What the last heartbeat of the wait said; undefined before the first, which comes after half a minute. */
export async function readLive(handle: WorkflowHandle, codec?: PayloadCodec): Promise<LiveRun | undefined> {
  const { raw } = await handle.describe();
  const wait = raw.pendingActivities?.find(
    ({ activityType }) => activityType?.name === `${activityPrefix}awaitExecutions`,
  );
  const payload = wait?.heartbeatDetails?.payloads?.[0];
  return payload ? toLiveRun(decodePayload(await decodeInPlace(payload, codec))) : undefined;
}

/** Reads leniently: heartbeat details are for people, and may change with any release of the worker. */
export function toLiveRun(details: unknown): LiveRun | undefined {
  const executions = (details as { live?: { executions?: unknown } } | null)?.live?.executions;
  const [first] = Array.isArray(executions) ? (executions as Partial<LiveRun>[]) : [];
  if (!first) return undefined;
  const schemas = (Array.isArray(first.schemas) ? first.schemas : []).map(
    ({ schema, status, records }: Partial<LiveSchema>) => ({
      schema: String(schema ?? ''),
      status: String(status ?? ''),
      records: typeof records === 'number' ? records : null,
    }),
  );
  return {
    status: typeof first.status === 'string' ? first.status : null,
    records: typeof first.records === 'number' ? first.records : null,
    schemas,
  };
}
