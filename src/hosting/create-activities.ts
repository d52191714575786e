/** Composes the activities of a worker from the owner's options. */
import { createActivities, type Activities, type PolytomicActivities } from '../activities';
import type { PolytomicPluginOptions, WorkerClock } from '../settings/plugin-options';
import { resolveOptions, type ResolvedOptions } from '../settings/resolve-options';
import { createFolderSink } from './folder-sink';
import { observePoll, withMetrics } from './metrics';
import { resolveContext } from './resolve-context';
import { runtimeLog } from './runtime-log';

/** Activities by their registered names, as a worker or a `MockActivityEnvironment` takes them. */
export type ActivitiesByName = Record<string, (input?: unknown) => Promise<unknown>>;

/**
 * All activities, those that wait included, for a worker that is put together without the plugin. Waits run on the
 * workflow's own task queue unless `waitTaskQueue` names another, which then needs a worker with these activities too.
 *
 * @throws ConfigError that lists every option which is missing or wrong.
 */
export function createPolytomicActivities(options: PolytomicPluginOptions): ActivitiesByName {
  const resolved = resolveOptions(options, runtimeLog, resolveContext(options));
  const { activities, waitActivities } = composeActivities(resolved, resolved.waitTaskQueue || null);
  return { ...activities, ...waitActivities } as ActivitiesByName;
}

/** Activities whose workflows are told to wait on `waitTaskQueue`, or with null on their own. */
export function composeActivities(resolved: ResolvedOptions, waitTaskQueue: string | null): PolytomicActivities {
  const { organizations, notify, fetch, logs, heartbeatTimeoutMs, cancelTimeoutMs } = resolved;
  const { searchAttributes, logSink, maxLogFolderBytes, clock } = resolved;
  const { activities, waitActivities, hint } = createActivities({
    organizations,
    setup: { waitTaskQueue, heartbeatTimeoutMs, cancelTimeoutMs, ...(searchAttributes && { searchAttributes }) },
    notify,
    fetch,
    logs,
    ...(logSink !== undefined && {
      logSink: typeof logSink === 'string' ? createFolderSink(logSink, maxLogFolderBytes) : logSink,
    }),
    log: runtimeLog,
    onPoll: observePoll,
  });
  const hosted = (some: Activities): Activities => withClock(withMetrics(some), clock);
  return { activities: hosted(activities), waitActivities: hosted(waitActivities), hint };
}

/** The same activities; the clock learns when each of them begins and ends. */
function withClock(activities: Activities, { beginActivity }: WorkerClock): Activities {
  if (beginActivity === undefined) return activities;
  const clocked = Object.entries(activities).map(([name, activity]) => {
    const perform = async (input: never): Promise<unknown> => {
      const endActivity = await beginActivity();
      return activity(input).finally(endActivity);
    };
    return [name, perform] as const;
  });
  return Object.fromEntries(clocked);
}
