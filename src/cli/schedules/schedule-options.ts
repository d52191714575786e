/** Options of `schedule create` and `schedule update`, in the words of the Temporal CLI. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { isFields } from '../../rules/provision/values';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { addFanOutOptions, type FanOutOptions } from '../run/fan-out-options';
import { addRunOptions, collect, wholeNumber } from '../run/run-options';
import { overlapPolicies, type OverlapPolicy, type SyncSchedule } from './sync-schedule';

/** When and how a schedule fires, as commander reads it. */
export interface ScheduleFlags extends FanOutOptions {
  cron?: string[];
  interval?: { every: string; offset?: string }[];
  calendar?: NonNullable<SyncSchedule['calendars']>;
  timeZone?: string;
  jitter?: string;
  startTime?: Date;
  endTime?: Date;
  overlapPolicy?: OverlapPolicy;
  catchupWindow?: string;
  pauseOnFailure?: boolean;
  paused?: true;
  remainingActions?: number;
  notes?: string;
  scheduleMemo?: Record<string, unknown>;
  yes?: true;
}

/** Adds them, and those of the runs. */
export function addScheduleOptions(command: Command): Command {
  addTimeOptions(command).option('--paused', 'create it paused');
  return addRunOptions(addFanOutOptions(command));
}

/** Adds when and how it fires. */
export function addTimeOptions(command: Command): Command {
  return command
    .option('--cron <expression>', 'cron expression, such as "0 2 * * *" (repeatable)', collect)
    .option('--interval <duration[/offset]>', 'every so often, such as 1h/15m (repeatable)', collectInterval)
    .option('--calendar <json>', `calendar, such as '{"dayOfWeek":"MONDAY","hour":2}' (repeatable)`, collectCalendar)
    .option('--time-zone <name>', 'time zone, such as Europe/Berlin (default: UTC)')
    .option('--jitter <duration>', 'longest random delay of each start')
    .option('--start-time <time>', 'not before (RFC 3339)', parseTime)
    .option('--end-time <time>', 'not after (RFC 3339)', parseTime)
    .addOption(
      new Option('--overlap-policy <policy>', 'when the one before is under way (default: Skip)').argParser(
        parseOverlap,
      ),
    )
    .option('--catchup-window <duration>', 'how late a missed run may start (default: 1 hour)')
    .option('--pause-on-failure', 'pause once a workflow of it failed')
    .option('--no-pause-on-failure', 'go on after failures')
    .option('--remaining-actions <count>', 'fire only so often', wholeNumber)
    .option('--notes <text>', 'note for people')
    .option('--schedule-memo <key=value>', 'kept with the schedule (repeatable)', collectMemo)
    .option('-y, --yes', 'do not ask');
}

/** What was asked for of times and policies. @throws CliError */
export function toScheduleFields(flags: ScheduleFlags): Partial<SyncSchedule> {
  const { cron, interval, calendar, timeZone, jitter, startTime, endTime, overlapPolicy, catchupWindow } = flags;
  const { pauseOnFailure, paused, remainingActions, notes, scheduleMemo } = flags;
  requireOrder({ startTime, endTime });
  const fields: { [K in keyof SyncSchedule]?: SyncSchedule[K] | undefined } = {
    ...{
      cron,
      intervals: interval,
      calendars: calendar,
      timezone: timeZone,
      jitter,
      startAt: startTime,
      endAt: endTime,
    },
    ...{
      overlap: overlapPolicy,
      catchupWindow,
      pauseOnFailure,
      paused,
      remainingActions,
      note: notes,
      memo: scheduleMemo,
    },
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** @throws CliError where no time lies between both */
export function requireOrder({ startTime, endTime }: Pick<ScheduleFlags, 'startTime' | 'endTime'>): void {
  if (!startTime || !endTime || startTime < endTime) return;
  const [start, end] = [startTime.toISOString(), endTime.toISOString()];
  throw new CliError(exitCodes.usage, `--end-time (${end}): expected a time after --start-time (${start})`);
}

/** A time of RFC 3339. @throws InvalidArgumentError */
export function parseTime(text: string): Date {
  const [, date = ''] = /^(\d{4}-\d{2}-\d{2})T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/i.exec(text) ?? [];
  const [day, time] = [new Date(date), new Date(text)];
  // A day that a month does not have would pass for one of the next.
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
  if (isDay && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('Expected a time of RFC 3339 with its offset, such as 2026-11-26T02:00:00Z.');
}

/** `Skip`, `BufferOne`, … as the Temporal CLI has them; also `SKIP`, `BUFFER_ONE`. @throws InvalidArgumentError */
export function parseOverlap(text: string): OverlapPolicy {
  const wanted = text.toLowerCase().replaceAll('_', '');
  const found = overlapPolicies.find((policy) => policy.toLowerCase().replaceAll('_', '') === wanted);
  if (found) return found;
  throw new InvalidArgumentError('Expected Skip, BufferOne, BufferAll, CancelOther, TerminateOther or AllowAll.');
}

function collectInterval(text: string, before: ScheduleFlags['interval']): ScheduleFlags['interval'] {
  const [every = '', offset, ...more] = text.split('/');
  if (more.length > 0) throw new InvalidArgumentError('Expected DURATION or DURATION/OFFSET, such as 1h/15m.');
  return [...(before ?? []), { every, ...(offset !== undefined && { offset }) }];
}

function collectCalendar(text: string, before: ScheduleFlags['calendar']): ScheduleFlags['calendar'] {
  try {
    const calendar = JSON.parse(text) as unknown;
    if (isFields(calendar)) return [...(before ?? []), calendar];
  } catch {
    // Said below, with what was expected.
  }
  throw new InvalidArgumentError(`Expected a JSON object, such as '{"dayOfWeek":"MONDAY","hour":2}'.`);
}

function collectMemo(text: string, before: Record<string, unknown> | undefined): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected KEY=VALUE.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
