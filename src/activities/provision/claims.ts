/** What other sets claim. */
import type { SetRef } from '../../contracts/provision-activities';
import type { SetRecords } from './set-records';

/** Names of the other sets that claim some of these ids, by id. */
export async function claimsOf(
  records: SetRecords,
  { organization, set: own }: SetRef,
  ids: ReadonlySet<string>,
): Promise<Record<string, string>> {
  const claims: Record<string, string> = {};
  if (ids.size === 0) return claims;
  for await (const { set, ids: claimed } of records.claims(organization)) {
    if (set === own) continue;
    for (const id of claimed) if (ids.has(id)) claims[id] = set;
  }
  return claims;
}
