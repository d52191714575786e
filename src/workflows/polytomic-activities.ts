/** `polytomicActivities`: every API operation as a typed activity for workflow code. */
import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { JobActivities } from '../activities/long-jobs/signatures';
import type { OperationActivities } from '../activities/operations';
import { activityPrefix, jobsPrefix } from '../contracts/names';
import type { RequestActivity } from '../contracts/raw-request';

/** The activities of {@link polytomicActivities}. */
export type PolytomicActivityProxies = OperationActivities & RequestActivity & { readonly jobs: JobActivities };

type Scheduled = (input: unknown) => Promise<unknown>;
type Schedule = (name: string, input: unknown) => Promise<unknown> | undefined;

/** `jobs.get` only reads. */
const isLongWork = (name: string): boolean => name.startsWith(jobsPrefix) && name !== 'jobs.get';

/**
 * The API's operations under the names of Polytomic's SDKs, as in
 * `polytomicActivities({ startToCloseTimeout: '1 minute' }).modelSync.getStatus({ id })`; long work under
 * `jobs` (`jobs.runQuery({ connection_id, query })` answers when the query is done); and `request` for any other call, where
 * the operator allows the group `all`.
 *
 * @param options Temporal's own activity options, unchanged, except that long work gets a `heartbeatTimeout` of a minute
 * where none is given, and wants a `startToCloseTimeout` that it fits in. A worker with the plugin must serve their task queue.
 */
export function polytomicActivities(options: ActivityOptions): PolytomicActivityProxies {
  const short = proxyActivities<Record<string, Scheduled>>(options);
  const long = proxyActivities<Record<string, Scheduled>>({ heartbeatTimeout: '1 minute', ...options });
  const schedule: Schedule = (name, input) => (isLongWork(name) ? long : short)[activityPrefix + name]?.(input);
  return named(schedule, '') as PolytomicActivityProxies;
}

/** A path of names that is called at its end. `then` stays absent, or awaiting a part of the path would call it. */
function named(schedule: Schedule, path: string): unknown {
  return new Proxy(() => undefined, {
    get: (_target, key) =>
      typeof key === 'string' && key !== 'then' ? named(schedule, path === '' ? key : `${path}.${key}`) : undefined,
    apply: (_target, _this, [input]: unknown[]) => schedule(path, input),
  });
}
