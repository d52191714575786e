/** The schedule that Polytomic itself keeps for a sync: the workflow `changePolytomicSchedule`. */
import type { Fields } from './provision-spec';
import type { SyncKind } from './sync-kind';

/** Input of the workflow `changePolytomicSchedule`. */
export interface ChangePolytomicScheduleInput {
  /** Name of the organization configured on the worker. Default `default`. */
  organization?: string;
  kind: SyncKind;
  syncId: string;
  /** `manual`: Polytomic starts no more runs of the sync. Else the fields that an answer called `before`. */
  schedule: 'manual' | Fields;
  /** Only read what is set now. Default false. */
  dryRun?: boolean;
}

/** Result of `changePolytomicSchedule`. */
export interface PolytomicScheduleChange {
  organization: string;
  kind: SyncKind;
  syncId: string;
  /** Name of the sync. */
  name: string;
  /** Of a model sync `schedule`, of a bulk sync `default_schedule` and `additional_schedules`, as they were. */
  before: Fields;
  /** Whether Polytomic starts no runs of it by itself: every schedule in `before` is manual. */
  wasManual: boolean;
  /** False where it was so already, and with `dryRun`. */
  changed: boolean;
}
