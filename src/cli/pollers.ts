/** Who polls the task queues: a workflow that nobody takes would look like a hang. */
import { waitTaskQueueSuffix } from '../contracts/names';
import { CliError } from './cli-error';
import type { Temporal } from './connect';
import { exitCodes } from './exit-codes';

/** What is polled for, in the words of Temporal's API. */
export const queueTypes = { workflow: 1, activity: 2 } as const;

/** One poller of a task queue. */
export interface Poller {
  identity: string;
  /** When it polled last (RFC 3339). */
  lastAccess: string;
  /** Version of its deployment; null where it has none. */
  deployment: string | null;
}

/** A queue and who polls it. */
export interface PolledQueue {
  taskQueue: string;
  type: keyof typeof queueTypes;
  /** Only those that polled about as lately as any. */
  pollers: Poller[];
}

/** A poll lasts a minute; Temporal lists a poller for five minutes after its last one. */
const freshMs = 75_000;

/**
 * Both queues of our workers: workflows and activities on the first, waits on the second. Temporal does not report its time,
 * and this machine's clock may differ from it: a poll counts as late only beside the newest one, so that workers that live are
 * always found, and workers that ended all together count until Temporal drops them.
 */
export async function readPollers(temporal: Temporal): Promise<PolledQueue[]> {
  const { taskQueue } = temporal;
  const asked = [
    { taskQueue, type: 'workflow' as const },
    { taskQueue, type: 'activity' as const },
    { taskQueue: taskQueue + waitTaskQueueSuffix, type: 'activity' as const },
  ];
  const queues = await Promise.all(
    asked.map(async (queue) => ({ ...queue, pollers: await readQueue(temporal, queue) })),
  );
  const newest = Math.max(...queues.flatMap(({ pollers }) => pollers.map(lastPollOf)));
  const isFresh = (poller: Poller): boolean => newest - lastPollOf(poller) < freshMs;
  return queues.map((queue) => ({ ...queue, pollers: queue.pollers.filter(isFresh) }));
}

const lastPollOf = ({ lastAccess }: Poller): number => Date.parse(lastAccess);

async function readQueue(
  { connection, namespace }: Temporal,
  { taskQueue, type }: Pick<PolledQueue, 'taskQueue' | 'type'>,
): Promise<Poller[]> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: queueTypes[type],
  });
  return (pollers ?? []).map(({ identity, lastAccessTime, deploymentOptions }) => ({
    identity: identity ?? '',
    lastAccess: new Date(Number(lastAccessTime?.seconds ?? 0) * 1000).toISOString(),
    deployment: deploymentOptions?.buildId || null,
  }));
}

/** @throws CliError with the code for "no worker" that names the queues nobody polls. */
export async function requireWorkers(temporal: Temporal): Promise<void> {
  const unpolled = (await readPollers(temporal)).filter(({ pollers }) => pollers.length === 0);
  if (unpolled.length === 0) return;
  const names = unpolled.map(
    ({ taskQueue, type }) => `${taskQueue} (${type === 'workflow' ? 'workflows' : 'activities'})`,
  );
  throw new CliError(
    exitCodes.noWorker,
    `No worker polls ${names.join(', ')} in namespace ${temporal.namespace} at ${temporal.address}`,
    'Start one with `temporal-polytomic worker`, or name its queue: --task-queue or POLYTOMIC_TASK_QUEUE',
  );
}
