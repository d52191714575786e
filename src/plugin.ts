/** The plugin: our activities in a user's own worker, and the waits in a second worker beside it. */
import { SimplePlugin } from '@temporalio/plugin';
import type { Worker, WorkerOptions } from '@temporalio/worker';
import type { Activities } from './activities';
import { waitTaskQueueSuffix } from './contracts/names';
import { composeActivities } from './hosting/create-activities';
import type { PolytomicPluginOptions } from './settings/plugin-options';
import { resolveOptions, type ResolvedOptions } from './settings/resolve-options';
import { resolveContext } from './hosting/resolve-context';
import { createNexusService } from './hosting/nexus-handlers';
import { polytomicService } from './nexus-service';
import { runtimeLog } from './hosting/runtime-log';
import { checkSearchAttributes } from './hosting/search-attributes';
import type { WaitQueue } from './hosting/wait-worker';
import { runWithWaits, stopWith } from './hosting/run-with-waits';

/** Which waits belong to the worker that has a given activity; null: none in this process. */
const waitsByActivity = new WeakMap<object, WaitQueue | null>();

/** Workers whose waits are served, so that a plugin given twice serves them once. */
const served = new WeakSet<Worker>();

/**
 * Registers our activities on a worker and runs its waits beside it. May be given on the connection, on the worker, or on
 * both, and to several workers. Sets nothing else: workflows, tuner, limits and activities of the same name stay the
 * user's. Needs no key to replay histories.
 *
 * `Worker.create` throws a `ConfigError` that lists every option which is missing or wrong.
 */
export class PolytomicPlugin extends SimplePlugin {
  readonly #options: PolytomicPluginOptions;
  #resolved?: ResolvedOptions;
  #waitActivities?: Activities;

  constructor(options: PolytomicPluginOptions = {}) {
    super({ name: 'polytomic.PolytomicPlugin' });
    this.#options = options;
  }

  override configureWorker(options: WorkerOptions): WorkerOptions {
    if (findWaits(Object.values(options.activities ?? {})) !== undefined) {
      if (!this.#resolved) runtimeLog.warn('a worker has several PolytomicPlugins; the options of the first one hold');
      return options;
    }
    this.#resolved ??= resolveOptions(this.#options, runtimeLog, resolveContext(this.#options));
    const { activities, queue } = this.#compose(this.#resolved, options.taskQueue);
    for (const activity of Object.values(activities)) waitsByActivity.set(activity, queue);
    return {
      ...options,
      activities: { ...activities, ...options.activities },
      ...(this.#options.nexusService && { nexusServices: withNexusService(options.nexusServices) }),
    };
  }

  /**
   * Begins at once, as without the plugin: what shuts a worker down, `runUntil` for one, takes only one that runs.
   *
   * @throws ConfigError where the worker's namespace lacks a search attribute that was asked for
   */
  override async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    const { connection, options } = worker;
    const queue = findWaits(options.activities.values());
    if (queue === undefined || served.has(worker)) return next(worker);
    served.add(worker);
    const ended = queue ? runWithWaits(worker, queue, next) : next(worker);
    if (!this.#resolved?.searchAttributes || !connection) return ended;
    // Thrown below; it may fail before anybody looks at it.
    ended.catch(() => undefined);
    const checked = checkSearchAttributes({ connection, namespace: options.namespace }, runtimeLog);
    await checked.catch((error: unknown) => stopWith(error, worker, ended));
    return ended;
  }

  /** The workers of one plugin share their waits' activities, hence one budget of requests for all of them. */
  #compose(resolved: ResolvedOptions, own: string): { activities: Activities; queue: WaitQueue | null } {
    const taskQueue = resolved.waitTaskQueue || own + waitTaskQueueSuffix;
    const { activities, waitActivities } = composeActivities(resolved, taskQueue);
    this.#waitActivities ??= waitActivities;
    if (resolved.waitTaskQueue === false) return { activities, queue: null };
    // Two workers on one queue would get each other's tasks, so here the user's own serves the waits too.
    if (taskQueue === own) return { activities: { ...activities, ...this.#waitActivities }, queue: null };
    return { activities, queue: { taskQueue, activities: this.#waitActivities } };
  }
}

/** A service of that name that the user has stays. */
function withNexusService(given: NonNullable<WorkerOptions['nexusServices']> = []): WorkerOptions['nexusServices'] {
  const isTaken = given.some(({ definition }) => definition.name === polytomicService.name);
  return isTaken ? given : [...given, createNexusService()];
}

function findWaits(activities: Iterable<unknown>): WaitQueue | null | undefined {
  for (const activity of activities) {
    const found = typeof activity === 'function' ? waitsByActivity.get(activity) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
