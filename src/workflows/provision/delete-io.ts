/** Deletes through the activity: one event for each batch. */
import type { PreparedProvision } from '../../contracts/provision-activities';
import type { ApplyEvent } from '../../rules/provision/apply-event';
import type { Deletion } from '../../rules/provision/deletions';
import { provisionActivity, type ActivitySource } from './activities';
import { failureOf, summaryOf } from './io-failures';

/** Deletes some of `all` through the activity. */
export async function deleteObjects(
  { organization, set }: Pick<PreparedProvision, 'organization' | 'set'>,
  {
    token,
    why,
    all,
    deletions,
    activity = provisionActivity,
  }: {
    activity?: ActivitySource;
    token: string;
    why: 'apply' | 'destroy';
    all: readonly Deletion[];
    deletions: readonly Deletion[];
  },
): Promise<Extract<ApplyEvent, { type: 'deleted' }>> {
  const addresses = deletions.map(({ address }) => address);
  const items = deletions.map(({ address, kind, name, id, replaced, recorded }) => ({
    address,
    kind,
    name,
    id,
    replaced,
    recorded,
    why,
  }));
  const ours = all.flatMap(({ id, status }) => (id !== null && status !== 'left' ? [id] : []));
  try {
    const results = await activity(
      'deleteObjects',
      summaryOf('Delete', addresses),
    )({ organization, set, token, items, ours });
    return { type: 'deleted', addresses, results };
  } catch (error) {
    const failure = failureOf(error);
    const results = failure?.nonRetryable
      ? Object.fromEntries(deletions.map(({ address, id }) => [address, { state: 'failed' as const, failure, id }]))
      : null;
    return { type: 'deleted', addresses, results };
  }
}
