/** `polytomicActivities`: every API operation as a typed activity for workflow code. */
import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { OperationActivities } from '../../activities/operations';
import { activityPrefix } from '../../contracts/names';
import type { RequestActivity } from '../../contracts/raw-request';

/** The activities of {@link polytomicActivities}. */
export type PolytomicActivityProxies = OperationActivities & RequestActivity;

type Scheduled = (input: unknown) => Promise<unknown>;

/**
 * The API's operations under the names of Polytomic's SDKs, as in
 * `polytomicActivities({ startToCloseTimeout: '1 minute' }).modelSync.getStatus({ id })`; and `request` for any other call,
 * where the worker's owner allows the group `all`.
 *
 * @param options Temporal's own activity options, unchanged. A worker with the plugin must serve their task queue.
 */
export function polytomicActivities(options: ActivityOptions): PolytomicActivityProxies {
  const scheduled = proxyActivities<Record<string, Scheduled>>(options);
  return named(scheduled, '') as PolytomicActivityProxies;
}

/** A path of names that is called at its end. `then` stays absent, or awaiting a part of the path would call it. */
function named(scheduled: Record<string, Scheduled>, path: string): unknown {
  return new Proxy(() => undefined, {
    get: (_target, key) =>
      typeof key === 'string' && key !== 'then' ? named(scheduled, path === '' ? key : `${path}.${key}`) : undefined,
    apply: (_target, _this, [input]: unknown[]) => scheduled[activityPrefix + path]?.(input),
  });
}
