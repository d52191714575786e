/** Schema refreshes: Polytomic takes one on without saying which, so that its end shows in the times of the cache alone. */
import type { PolytomicClient } from '../../polytomic/client';
import { operations } from '../../polytomic/operations';
import { beginJob, type JobContext } from './begin-job';
import { untilDone, type LongWork } from './long-work';
import type { JobActivities, SchemasRefreshed } from './signatures';

type CacheTimes = Pick<SchemasRefreshed, 'last_refresh_started' | 'last_refresh_finished'>;

const { refresh, getStatus } = operations.schemas;

/** Makes the activity. What was true before is noted before the refresh is asked for, once for all tries. */
export function createRefreshSchemas(context: JobContext): JobActivities['refreshSchemas'] {
  return async (input) => {
    const needed = { row: refresh, operations: [getStatus.name], input };
    const { organization, request, attempt } = await beginJob<{ id: string }>(context, needed);
    const { schemas }: PolytomicClient = organization.client;
    const { id } = request;
    const work: LongWork<true, SchemasRefreshed, CacheTimes> = {
      prepare: async (signal) => timesOf(await schemas.getStatus({ id }, { signal })),
      start: async (idempotencyKey) => {
        await schemas.refresh(request, { idempotencyKey });
        return { handle: true };
      },
      read: async (_started, { before, signal }) => {
        const status = await schemas.getStatus({ id }, { signal });
        return isRefreshed(status, before) ? { result: status } : 'running';
      },
    };
    return untilDone(work, attempt);
  };
}

/**
 * The documentation tells three ways to see the end, which do not agree. This is what all leave true: a refresh has
 * finished since, that began no earlier than the last one known before and is the last one that began.
 */
export function isRefreshed(now: CacheTimes, before: CacheTimes): boolean {
  const finished = timeOf(now.last_refresh_finished);
  if (Number.isNaN(finished) || finished <= timeOf(before.last_refresh_finished)) return false;
  return !(finished <= timeOf(before.last_refresh_started)) && !(finished < timeOf(now.last_refresh_started));
}

function timesOf({ last_refresh_started, last_refresh_finished }: SchemasRefreshed): CacheTimes {
  return { last_refresh_started, last_refresh_finished };
}

/** NaN, which no comparison holds for, where there is none. */
function timeOf(time: string | null | undefined): number {
  return Date.parse(time ?? '');
}
