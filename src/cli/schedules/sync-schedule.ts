/** Schedules of our workflows, for code and for the commands `schedule …`; both do nothing else. */
import type { ScheduleOptions, ScheduleSpec, ScheduleUpdateOptions } from '@temporalio/client';
import type { Duration } from '../../contracts/duration';
import { toMilliseconds } from '../../rules/duration';
import { toMarkdownCode, toMarkdownText, toSummary } from '../../rules/markdown';
import { detailStart, summarizeStart } from '../run/describe-start';

/** What happens when a run is due while the one before is under way; Temporal's own words. */
export const overlapPolicies = [
  'SKIP',
  'BUFFER_ONE',
  'BUFFER_ALL',
  'CANCEL_OTHER',
  'TERMINATE_OTHER',
  'ALLOW_ALL',
] as const;

/** One of {@link overlapPolicies}. */
export type OverlapPolicy = (typeof overlapPolicies)[number];

/** A schedule was described wrongly; the message says what was expected. */
export class ScheduleInputError extends TypeError {
  /** Always this text: tells the error apart where `instanceof` cannot, as between two copies of the package. */
  override readonly name = 'ScheduleInputError';
}

/** When a schedule fires, and what it then starts. */
export interface SyncSchedule {
  /** Id of the schedule; also the beginning of the ids of its workflows. */
  scheduleId: string;
  /** Type of one of our workflows, such as `runAllBulkSyncs`. */
  workflow: string;
  /** Input of the workflow. */
  input: unknown;
  /** Where our workers poll. Default `polytomic`. */
  taskQueue?: string;
  /** Cron expressions. At least one of `cron`, `intervals` and `calendars` is needed. */
  cron?: string[];
  /** Every so often, counted from the epoch, moved by an offset. */
  intervals?: { every: Duration; offset?: Duration }[];
  /** Temporal's calendar specifications. */
  calendars?: NonNullable<ScheduleSpec['calendars']>;
  /** IANA name of a time zone. Default UTC. */
  timezone?: string;
  /** Longest random delay of each start. Default: none. */
  jitter?: Duration;
  /** No run before this time. Default: from now on. */
  startAt?: Date;
  /** No run after this time. Default: without end. */
  endAt?: Date;
  /** Default `SKIP`: a run that is due while the one before is under way does not happen. */
  overlap?: OverlapPolicy;
  /**
   * How late a run may still start that was missed while Temporal was down. Default one hour; Temporal's own default of a
   * year would start a year's runs at once.
   */
  catchupWindow?: Duration;
  /** Pause the schedule once a workflow of it failed. Default false. */
  pauseOnFailure?: boolean;
  /** Default: as it is, and a new one is not paused. */
  paused?: boolean;
  /** Fire only so often, then no more. Default: without end. */
  remainingActions?: number;
  /** Said to people beside the schedule. */
  note?: string;
  /** Kept with the schedule; only set when it is created. */
  memo?: Record<string, unknown>;
  /** What people call it, in lists and on the Temporal UI. Default: the type of the workflow. */
  title?: string;
}

/** Of a note in the details of each workflow. */
const maxNoteLength = 1_000;
const defaultCatchupWindowMs = 3_600_000;

/** The schedule as the SDK takes it. @throws ScheduleInputError that names what is missing or wrong */
export function toScheduleOptions(schedule: SyncSchedule): ScheduleOptions {
  const { scheduleId, memo = {}, title, note, paused, remainingActions } = schedule;
  const { overlap = 'SKIP', catchupWindow, pauseOnFailure = false } = schedule;
  const catchupMs = catchupWindow === undefined ? defaultCatchupWindowMs : toMs(catchupWindow, 'catchupWindow');
  const start = { workflow: schedule.workflow, input: schedule.input, title: title ?? schedule.workflow };
  return {
    scheduleId,
    spec: toSpec(schedule),
    action: {
      type: 'startWorkflow',
      workflowType: schedule.workflow,
      workflowId: scheduleId,
      taskQueue: schedule.taskQueue ?? 'polytomic',
      args: [schedule.input],
      staticSummary: toSummary(summarizeStart(start)),
      staticDetails: detailStart(start, startedBy(schedule)),
      ...(title !== undefined && { memo: { polytomicTitle: title } }),
    },
    policies: { overlap, catchupWindow: catchupMs, pauseOnFailure },
    state: {
      ...(paused !== undefined && { paused }),
      ...(note !== undefined && { note }),
      ...(remainingActions !== undefined && { remainingActions }),
    },
    memo: { ...memo, ...(title !== undefined && { polytomicTitle: title }) },
  };
}

function startedBy({ scheduleId, note }: SyncSchedule): string {
  const why = note === undefined ? '' : `: ${toMarkdownText(note, maxNoteLength)}`;
  return `started by the schedule ${toMarkdownCode(scheduleId)}${why}`;
}

function toSpec(schedule: SyncSchedule): ScheduleSpec {
  const { cron = [], intervals = [], calendars = [], timezone, jitter, startAt, endAt } = schedule;
  if (cron.length + intervals.length + calendars.length === 0) {
    throw new ScheduleInputError('When is it to run? Expected cron, intervals or calendars');
  }
  return {
    ...(cron.length > 0 && { cronExpressions: cron }),
    ...(intervals.length > 0 && {
      intervals: intervals.map(({ every, offset }) => ({
        every: toMs(every, 'intervals.every'),
        ...(offset !== undefined && { offset: toMs(offset, 'intervals.offset') }),
      })),
    }),
    ...(calendars.length > 0 && { calendars }),
    ...(timezone !== undefined && { timezone }),
    ...(jitter !== undefined && { jitter: toMs(jitter, 'jitter') }),
    ...(startAt && { startAt }),
    ...(endAt && { endAt }),
  };
}

function toMs(duration: Duration, field: string): number {
  const ms = toMilliseconds(duration);
  if (ms !== undefined) return ms;
  throw new ScheduleInputError(
    `${field}: expected a duration such as "2 hours", 90s or PT2H, got ${JSON.stringify(duration)}`,
  );
}

/** The same as an update: what the new one does not say of its state stays as it is. */
export function toUpdateOptions(schedule: SyncSchedule, before: ScheduleUpdateOptions['state']): ScheduleUpdateOptions {
  const { spec, action, policies, state } = toScheduleOptions(schedule);
  return { spec, action, policies, state: { ...before, ...state } };
}
