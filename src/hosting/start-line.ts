/** The one line that a worker prints once it is polling. */
import type { Organization } from '../activities/dependencies';
import type { WorkerSettings } from '../config';
import type { TemporalConnection } from './connect-temporal';
import { waitTaskQueueSuffix } from '../contracts/names';
import { defaultOperations, listEntries } from '../settings/operation-policy';

/** What the line tells. */
export interface StartLineInput
  extends Pick<TemporalConnection, 'address' | 'namespace'>, Pick<WorkerSettings, 'taskQueue' | 'options'> {
  readonly organizations: ReadonlyMap<string, Organization>;
}

/** Queue, server, and for each organization its address, what is allowed there, and what waiting may cost. */
export function toStartLine({ address, namespace, taskQueue, options, organizations }: StartLineInput): string {
  const waits = options.waitTaskQueue === false ? 'not waiting' : `waits on ${taskQueue}${waitTaskQueueSuffix}`;
  const told = [...organizations.values()].map(({ name, client, requestsPerMinute }) => {
    const operations = options.organizations?.[name]?.operations ?? options.operations ?? defaultOperations;
    return `${name} (${client.url}, operations ${listEntries(operations).join('+')}, ${requestsPerMinute} requests/min)`;
  });
  return `Polling task queue ${taskQueue} in namespace ${namespace} at ${address}; ${waits}; organizations: ${told.join(', ')}`;
}
