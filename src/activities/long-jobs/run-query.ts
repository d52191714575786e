/** Ad-hoc queries. Their text appears in no error: what the server says of a query quotes it, in whole or in part. */
import type { PolytomicClient } from '../../polytomic/client';
import { isPolytomicError, PolytomicError } from '../../polytomic/errors';
import { operations } from '../../polytomic/operations';
import { redact } from '../../polytomic/redact';
import { cutSignedUrlsIn } from '../../polytomic/signed-urls';
import { beginJob, type JobContext } from './begin-job';
import { untilDone, type WorkRead, type LongWork, type Started } from './long-work';
import type { JobActivities, QueryDone } from './signatures';
import { workFailed } from './work-failed';

type QueryInput = Parameters<PolytomicClient['queryRunner']['runQuery']>[0];
type Query = Awaited<ReturnType<PolytomicClient['queryRunner']['getQuery']>>;

const { runQuery, getQuery } = operations.queryRunner;

/** Makes the activity. A query whose result was lost is run again by the next try. */
export function createRunQuery(context: JobContext): JobActivities['runQuery'] {
  return async (input) => {
    const needed = { row: runQuery, operations: [getQuery.name], input };
    const { organization, request, attempt } = await beginJob<QueryInput>(context, needed);
    const { queryRunner } = organization.client;
    const work: LongWork<string, QueryDone> = {
      start: async (idempotencyKey) => {
        const started = await queryRunner.runQuery(request, { idempotencyKey }).catch(withoutReason);
        return toStarted(started);
      },
      read: async (id, { signal }) => judge(await queryRunner.getQuery({ id }, { signal })),
    };
    return untilDone(work, attempt);
  };
}

function toStarted({ id, ...query }: Query): Started<string, QueryDone> {
  if (id) return { handle: id };
  const found = judge(query);
  if (typeof found === 'object') return found;
  throw workFailed('Polytomic does not say how the query is called');
}

function judge(query: Query): WorkRead<QueryDone> {
  switch (query.status) {
    case 'done':
      return { result: cutSignedUrlsIn(redact(getQuery, query)) };
    case 'failed':
      throw workFailed('what Polytomic says of the query quotes it, and is not told here');
    case 'unknown':
      return 'lost';
    case null:
    case undefined:
    default:
      return 'running';
  }
}

/** Status, retry time and request id stay. */
function withoutReason(error: unknown): never {
  if (!isPolytomicError(error) || error.status === undefined) throw error;
  throw new PolytomicError(`answered ${error.status}`, { ...error, summary: undefined });
}
