/** Options of the commands that run syncs, and the workflow input that they make. */
import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { parseText } from '../parse-text';

/** Options that mean the same in every command that runs syncs. */
export interface RunOptions {
  organization?: string;
  ifRunning?: string;
  ifInactive?: string;
  timeout?: string;
  onCancel?: string;
  onTimeout?: string;
  warnAfter?: string;
  liveCounts?: string;
  maxErrorRecords?: number;
  maxErrorRatio?: number;
  maxWarnings?: number;
  minRecords?: number;
  minRecordsRatio?: number;
  stalledAfter?: string;
  onStalled?: string;
  checkConnections?: true;
  retry?: number;
  retryDelay?: string;
  retryOn?: string[];
  timeoutPerAttempt?: string;
  errorText?: string;
  notify?: string[];
  retryFailedSchemas?: number;
  input?: string;
}

/** Options about following what was started. */
export interface FollowFlags {
  workflowId?: string;
  detach?: true;
  onInterrupt: 'leave' | 'cancel';
  failFast?: true;
}

/** A whole number for commander. @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number.');
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Expected a number from 0 to 1.');
}

function positiveShare(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('Expected a number above 0, up to 1.');
}

const retryOutcomes = ['failed', 'partiallyFailed', 'timedOut'];

function retryOutcome(text: string, before: string[] | undefined): string[] {
  if (retryOutcomes.includes(text)) return collect(text, before);
  throw new InvalidArgumentError(`Allowed choices are ${retryOutcomes.join(', ')}.`);
}

/** A whole number within bounds for commander. @throws InvalidArgumentError */
export function wholeNumberIn(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = wholeNumber(text);
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

/** Adds one more to a list, for options that may be given several times. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** The organization, for every command that reads or runs syncs. */
export function addOrganizationOption(command: Command): Command {
  return command.option('--organization <name>', 'organization configured on the worker (default: "default")');
}

/** Adds what every run understands. */
export function addRunOptions(command: Command): Command {
  const ends = ['cancelOwn', 'leaveRunning'];
  addOrganizationOption(command)
    .addOption(
      new Option('--if-running <what>', 'when a run is in progress (default: waitThenStart)').choices([
        'waitThenStart',
        'attach',
        'fail',
        'skip',
      ]),
    )
    .addOption(new Option('--if-inactive <what>', 'for an inactive sync').choices(['fail', 'run', 'activate']))
    .option('--check-connections', 'start nothing on a connection that Polytomic calls unhealthy')
    .option('--timeout <duration>', 'of the whole workflow, such as 2h or PT2H (default: 7 days)')
    .addOption(new Option('--on-cancel <what>', 'what a cancel does to our run').choices(ends))
    .addOption(new Option('--on-timeout <what>', 'what a timeout does to our run').choices(ends))
    .option('--warn-after <duration>', 'report a run as late after this time (default: 3 times its median)')
    .option('--live-counts <duration>', 'read a run in progress at least so often (default: rarely)')
    .option('--stalled-after <duration>', 'report a run whose counts stand still for so long, 15m or more')
    .addOption(
      new Option('--on-stalled <what>', 'what else to do with a stalled run of our own').choices([
        'report',
        'cancel',
        'restart',
      ]),
    );
  return addAttemptOptions(addLimitOptions(command))
    .addOption(new Option('--error-text <what>', 'texts of errors in the history').choices(['include', 'omit']))
    .option('--notify <target>', 'target of the worker to notify (repeatable)', collect)
    .option('--input <json>', 'more fields of the workflow input, as JSON or @FILE; they win over the options');
}

/** What turns a completed run into a failed one. */
function addLimitOptions(command: Command): Command {
  return command
    .option('--max-error-records <count>', 'fail with more rejected records', wholeNumber)
    .option('--max-error-ratio <share>', 'fail with a larger share of rejected records, 0 to 1', share)
    .option('--max-warnings <count>', 'fail with more warnings', wholeNumber)
    .option('--min-records <count>', 'fail with fewer records', wholeNumber)
    .option(
      '--min-records-ratio <share>',
      'fail with fewer records than this share of the median of the last ten runs, such as 0.5',
      positiveShare,
    );
}

/** What becomes of a sync that did not succeed. */
function addAttemptOptions(command: Command): Command {
  return command
    .option('--retry-failed-schemas <count>', 'bulk: run failed schemas again, so often', wholeNumber)
    .option('--retry <attempts>', 'run a sync again as a whole; attempts in all, 1 to 20', wholeNumberIn(1, 20))
    .option('--retry-delay <duration>', 'with --retry: from one attempt to the next (default: 1m)')
    .option('--retry-on <outcome>', `with --retry: ${retryOutcomes.join(', ')} (repeatable)`, retryOutcome)
    .option('--timeout-per-attempt <duration>', 'of each attempt, from the start of its run');
}

/** Adds how to follow. */
export function addFollowOptions(command: Command): Command {
  return command
    .option(
      '--workflow-id <id>',
      'id of the workflow; an open one of this id is followed, not started again',
      parseText,
    )
    .option('--detach', 'only start it, and print the ids of the workflow')
    .addOption(
      new Option('--on-interrupt <what>', 'what Ctrl-C does to the workflow')
        .choices(['leave', 'cancel'])
        .default('leave'),
    );
}

/** Adds what one failure does to the others, for commands that run several. */
export function addFailFastOption(command: Command): Command {
  return command.option('--fail-fast', 'cancel the others as soon as one did not succeed');
}

const inputFields = [
  'organization',
  'ifRunning',
  'ifInactive',
  'checkConnections',
  'timeout',
  'onCancel',
  'onTimeout',
  'warnAfter',
  'liveCounts',
  'stalledAfter',
  'onStalled',
  'maxErrorRecords',
  'maxErrorRatio',
  'maxWarnings',
  'minRecords',
  'minRecordsRatio',
  'errorText',
  'notify',
  'retryFailedSchemas',
  'timeoutPerAttempt',
] as const;

/**
 * The shared part of an input: only what was asked for, so that the workflow's own defaults hold.
 *
 * @throws CliError where an option needs another one
 */
export function toRunInput(options: RunOptions): Record<string, unknown> {
  const fields = inputFields.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]] as const]));
  return { ...Object.fromEntries<unknown>(fields), ...toRetry(options) };
}

function toRetry({ retry: attempts, retryDelay: delay, retryOn: on }: RunOptions): Record<string, unknown> {
  if (attempts !== undefined) return { retry: { attempts, ...(delay !== undefined && { delay }), ...(on && { on }) } };
  const alone = delay === undefined ? on && '--retry-on' : '--retry-delay';
  if (alone === undefined) return {};
  throw new CliError(exitCodes.usage, `${alone} needs --retry, the number of attempts`);
}

/** The fields of `--input`. @throws CliError for what is no JSON object */
export function readInputOption(input: string | undefined): Record<string, unknown> {
  if (input === undefined) return {};
  const text = input.startsWith('@') ? readText(input.slice(1)) : input;
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below, with what was expected.
  }
  throw new CliError(exitCodes.usage, '--input: expected a JSON object, or @FILE with one');
}

/** The text in a file, `-` is standard input. @throws CliError that names the file */
export function readText(file: string): string {
  const name = file === '-' ? 'standard input' : file || "''";
  try {
    const bytes = readFileSync(file === '-' ? 0 : file);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    const isText = code !== 'ERR_ENCODING_INVALID_ENCODED_DATA';
    throw new CliError(
      exitCodes.usage,
      `${name}${isText ? ` cannot be read (${code})` : ': expected a text in UTF-8'}`,
    );
  }
}
