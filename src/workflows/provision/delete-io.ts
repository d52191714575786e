/** Deletes through the activity: one event for each batch. */
import type { PreparedProvision } from '../../contracts/provision-activities';
import type { ApplyEvent } from '../../rules/provision/apply-event';
import type { Deletion } from '../../rules/provision/deletions';
import type { ActivitySource } from './activities';
import { failureOf, summaryOf } from './io-failures';

/** Deletes some of `all` through the activity. */
export async function deleteObjects(
  { organization, set }: Pick<PreparedProvision, 'organization' | 'set'>,
  {
    token,
    why,
    all,
    deletions,
    maxConcurrent = deletions.length,
    activity,
  }: {
    activity: ActivitySource;
    token: string;
    why: 'apply' | 'destroy';
    all: readonly Deletion[];
    deletions: readonly Deletion[];
    maxConcurrent?: number;
  },
): Promise<Extract<ApplyEvent, { type: 'deleted' }>> {
  const keys = deletions.map(({ key }) => key);
  const items = deletions.map(({ key, address, kind, name, id, recorded }) => ({
    key,
    address,
    kind,
    name,
    id,
    recorded,
    why,
  }));
  const ours = all.flatMap(({ id, status }) => (id !== null && status !== 'left' ? [id] : []));
  try {
    const results = await activity(
      'deleteObjects',
      summaryOf('Delete', keys),
    )({ organization, set, token, items, ours, ...(maxConcurrent < items.length && { maxConcurrent }) });
    return { type: 'deleted', keys, results };
  } catch (error) {
    const failure = failureOf(error);
    const results = failure?.nonRetryable
      ? Object.fromEntries(deletions.map(({ key, id }) => [key, { state: 'failed' as const, failure, id }]))
      : null;
    return { type: 'deleted', keys, results };
  }
}
