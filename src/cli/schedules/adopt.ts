/**
 * Takes over the schedule that Polytomic keeps for a sync, and gives it back. The order of the steps is such that the sync is
 * never started by both, and that each call may be repeated until it has come to its end: what Polytomic had is in the memo
 * of Temporal's schedule before it is changed.
 */
import { randomUUID } from 'node:crypto';
import type { Client, ScheduleDescription } from '@temporalio/client';
import type { Fields } from '../../contracts/provision-spec';
import type { SyncKind } from '../../contracts/sync-kind';
import type { ChangePolytomicScheduleInput, PolytomicScheduleChange } from '../../contracts/sync-schedule';
import { toSummary } from '../../rules/markdown';
import { summarizeStart } from '../run/describe-start';
import { ownScheduleText, toTimes } from './own-times';
import { ScheduleInputError, toScheduleOptions, toUpdateOptions, type SyncSchedule } from './sync-schedule';
import { runWorkflowType } from '../workflow-types';

/** What of a client is needed. */
export type AdoptClient = Pick<Client, 'schedule' | 'workflow'>;

/** Whose schedule is taken over, and the schedule of Temporal that stands in for it. */
export interface AdoptedSync extends Omit<SyncSchedule, 'workflow' | 'input' | 'paused'> {
  /** `model` or `bulk`. */
  kind: SyncKind;
  /** Id of the sync. */
  syncId: string;
  /** Name of the organization configured on the worker. Default `default`. */
  organization?: string;
  /** More fields of the input of `runModelSync` or `runBulkSync`. */
  input?: Readonly<Record<string, unknown>>;
}

/** What was taken over. */
export interface AdoptedSchedule {
  /** Id of the schedule in Temporal. */
  scheduleId: string;
  /** `resumed`: an earlier call had created it. */
  action: 'created' | 'resumed';
  /** The fields that Polytomic had, as the memo remembers them. */
  before: Fields;
}

/** What was given back. */
export interface ReleasedSchedule {
  /** Id of the schedule in Temporal. */
  scheduleId: string;
  /** `model` or `bulk`. */
  kind: SyncKind;
  /** Id of the sync. */
  syncId: string;
  /** The fields that Polytomic has again. */
  restored: Fields;
}

/** Field of the memo. Wire format: schedules live for years. */
const adoptedMemo = 'polytomicAdopted';

type NamedSync = Pick<ChangePolytomicScheduleInput, 'kind' | 'syncId' | 'organization'>;
type Remembered = NamedSync & { schedule: Fields };

/** A schedule that could be created, and what it would stand in for. Nothing is written. */
export interface PlannedAdoption {
  schedule: SyncSchedule;
  before: Fields;
  /** Name of the sync. */
  name: string;
  /** An earlier call has created it. */
  exists: boolean;
}

/**
 * What {@link adoptSyncSchedule} would do. Without times the sync keeps those that Polytomic had.
 *
 * @throws ScheduleInputError for a schedule that stands in for something else, and a sync without one of its own
 */
export async function planAdoption(client: AdoptClient, adopted: AdoptedSync): Promise<PlannedAdoption> {
  const { kind, syncId, organization, input, ...rest } = adopted;
  const { scheduleId } = rest;
  const present = await describe(client, scheduleId);
  const sync = syncOf(adopted);
  const known = present && rememberedBy(present);
  if (present && !isOf(sync, known)) {
    const what = known ? `stands in for the ${known.kind} sync ${known.syncId}` : 'was not made by an adoption';
    throw new ScheduleInputError(`The schedule ${scheduleId} ${what}; take another id, or delete it`);
  }
  const now = await changeSchedule(client, rest.taskQueue, { ...sync, schedule: 'manual', dryRun: true });
  if (!known && now.wasManual) {
    throw new ScheduleInputError(
      `Polytomic has no schedule for the ${kind} sync ${syncId}: create one of Temporal instead`,
    );
  }
  const before = known?.schedule ?? now.before;
  const isTimed = [rest.cron, rest.intervals, rest.calendars].some((times) => times !== undefined && times.length > 0);
  const times = isTimed ? {} : toTimes(before);
  if (!times) {
    const had = ownScheduleText(before);
    throw new ScheduleInputError(`When is it to run? Polytomic has "${had}": expected cron, intervals or calendars`);
  }
  const remembered: Remembered = { ...sync, schedule: before };
  const schedule: SyncSchedule = {
    ...{ title: now.name || syncId, ...rest, ...times },
    workflow: runWorkflowType(kind),
    input: { syncId, ...(organization !== undefined && { organization }), ...input },
    memo: { ...rest.memo, [adoptedMemo]: remembered },
  };
  return { schedule, before, name: now.name, exists: present !== undefined };
}

/**
 * Takes over: Temporal's schedule is created paused, with what Polytomic has in its memo; Polytomic's is set to manual; then
 * ours is unpaused. Needs a worker whose operator allows `provisioning`.
 *
 * @throws ScheduleInputError, WorkflowFailedError, and the SDK's errors
 */
export async function adoptSyncSchedule(client: AdoptClient, adopted: AdoptedSync): Promise<AdoptedSchedule> {
  const { schedule, before, exists } = await planAdoption(client, adopted);
  const { scheduleId } = schedule;
  if (!exists) await client.schedule.create(toScheduleOptions({ ...schedule, paused: true }));
  const handle = client.schedule.getHandle(scheduleId);
  if (exists) await handle.update(({ state }) => toUpdateOptions(schedule, { ...state, paused: true }));
  await changeSchedule(client, schedule.taskQueue, { ...syncOf(adopted), schedule: 'manual' });
  await handle.unpause(adopted.note ?? "Stands in for Polytomic's own schedule");
  return { scheduleId, action: exists ? 'resumed' : 'created', before };
}

/**
 * Gives back: ours is paused, Polytomic gets the schedule that the memo holds, then ours is deleted. What runs goes on. Needs
 * a worker whose operator allows `provisioning`.
 *
 * @throws ScheduleInputError for a schedule that adopted nothing, WorkflowFailedError, and the SDK's errors
 */
export async function releaseSyncSchedule(client: AdoptClient, scheduleId: string): Promise<ReleasedSchedule> {
  const handle = client.schedule.getHandle(scheduleId);
  const present = await handle.describe();
  const known = rememberedBy(present);
  if (!known)
    throw new ScheduleInputError(`The schedule ${scheduleId} was not made by an adoption: nothing is given back`);
  await handle.pause("Gives the sync back to Polytomic's own schedule");
  const { taskQueue } = present.action;
  await changeSchedule(client, taskQueue, known);
  await handle.delete();
  return { scheduleId, kind: known.kind, syncId: known.syncId, restored: known.schedule };
}

function syncOf({ kind, syncId, organization }: AdoptedSync): NamedSync {
  return { kind, syncId, ...(organization !== undefined && { organization }) };
}

async function describe({ schedule }: AdoptClient, scheduleId: string): Promise<ScheduleDescription | undefined> {
  try {
    return await schedule.getHandle(scheduleId).describe();
  } catch (error) {
    if ((error as Error).name === 'ScheduleNotFoundError') return undefined;
    throw error;
  }
}

function rememberedBy({ memo }: ScheduleDescription): Remembered | undefined {
  return memo?.[adoptedMemo] as Remembered | undefined;
}

function isOf(sync: NamedSync, known: Remembered | undefined): boolean {
  return known?.kind === sync.kind && known.syncId === sync.syncId && known.organization === sync.organization;
}

async function changeSchedule(
  { workflow }: AdoptClient,
  taskQueue: string | undefined,
  input: ChangePolytomicScheduleInput,
): Promise<PolytomicScheduleChange> {
  const workflowType = 'changePolytomicSchedule';
  const start = { workflow: workflowType, input, title: input.syncId };
  return workflow.execute<(input: ChangePolytomicScheduleInput) => Promise<PolytomicScheduleChange>>(workflowType, {
    args: [input],
    taskQueue: taskQueue ?? 'polytomic',
    workflowId: `change-polytomic-schedule-${randomUUID()}`,
    staticSummary: toSummary(`${input.dryRun ? 'Read' : 'Set'} Polytomic's own schedule of ${summarizeStart(start)}`),
  });
}
