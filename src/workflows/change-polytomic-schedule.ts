/** The workflow `changePolytomicSchedule`. */
import type { ChangePolytomicScheduleInput, PolytomicScheduleChange } from '../contracts/sync-schedule';
import { unwrapActivityFailure } from './run-engine';
import { provisionActivity } from './provision/activities';

/**
 * Sets the schedule that Polytomic itself keeps for a sync, and says what it was; repeating it writes nothing. Needs the
 * operations of `provisioning`. For `adoptSyncSchedule` and `releaseSyncSchedule`, and for code in other languages.
 *
 * @throws `ApplicationFailure` with one of the types in `failureTypes`.
 */
export async function changePolytomicSchedule(input: ChangePolytomicScheduleInput): Promise<PolytomicScheduleChange> {
  const summary = 'Set the schedule that Polytomic keeps';
  return unwrapActivityFailure(() => provisionActivity('changeSchedule', summary)({ input }));
}
