/** What a worker process prints: its own lines, and of the SDK's log what an operator can use. */
import { DefaultLogger, type LogEntry, type LogLevel, type Logger } from '@temporalio/worker';
import type { WorkerSettings } from '../config';
import { escapeControls } from '../rules/quoted';

/** Where lines go, in which form, from which level on. */
export interface WorkerLogOptions extends Pick<WorkerSettings, 'logFormat' | 'logLevel'> {
  /** Takes single lines. */
  readonly print: (line: string) => void;
}

/** Attributes that are the same on every line, or that no person reads. */
const omitted = new Set([
  ...['sdkComponent', 'taskToken', 'taskQueue', 'namespace', 'isLocal'],
  ...['subsystem', 'target', 'spanContexts'],
]);

/** The SDK's core repeats itself for each of its polls while Temporal is away: the same message comes once in so long. */
const repeatAfterNanos = 10_000_000_000n;
/** Messages that are remembered. */
const maxMessages = 100;

/**
 * A logger for the process and for its Temporal runtime. At level `info` and above it leaves out the comings and goings
 * inside the SDK, and its wonder at a wait worker that has no workflows.
 */
export function createWorkerLog({ print, logFormat = 'text', logLevel = 'info' }: WorkerLogOptions): Logger {
  const isVerbose = logLevel === 'trace' || logLevel === 'debug';
  const format = logFormat === 'json' ? toJson : toText;
  const isRepeated = createRepeats();
  return new DefaultLogger(logLevel.toUpperCase() as LogLevel, (entry) => {
    // Messages may quote what others wrote: nobody adds lines to a log, or steers the terminal that shows it.
    if (isVerbose || (isWorthPrinting(entry) && !isRepeated(entry))) print(escapeControls(format(entry)));
  });
}

function isWorthPrinting({ level, message, meta }: LogEntry): boolean {
  if (message.startsWith('No workflows registered')) return false;
  const component: unknown = meta?.['sdkComponent'];
  const isOurs = component === undefined || component === 'workflow' || component === 'activity';
  return level === 'WARN' || level === 'ERROR' || isOurs;
}

function createRepeats(): (entry: LogEntry) => boolean {
  const printed = new Map<string, bigint>();
  return ({ message, meta, timestampNanos }) => {
    if (meta?.['sdkComponent'] !== 'core') return false;
    const last = printed.get(message);
    if (last !== undefined && timestampNanos - last < repeatAfterNanos) return true;
    if (printed.size >= maxMessages) printed.clear();
    printed.set(message, timestampNanos);
    return false;
  };
}

/** `2026-11-26T02:00:00.000Z INFO message {"attribute":"value"}`. */
function toText({ level, message, meta, timestampNanos }: LogEntry): string {
  const attributes = attributesOf(meta);
  const start = `${toTime(timestampNanos)} ${level} ${message}`;
  return Object.keys(attributes).length === 0 ? start : `${start} ${JSON.stringify(attributes)}`;
}

function toJson({ level, message, meta, timestampNanos }: LogEntry): string {
  return JSON.stringify({
    ...attributesOf(meta),
    time: toTime(timestampNanos),
    level: level.toLowerCase(),
    message,
  });
}

function attributesOf(meta: LogEntry['meta'] = {}): Record<string, unknown> {
  const { error, ...rest } = meta as Record<string, unknown>;
  const shown = Object.entries(rest).filter(([name]) => !omitted.has(name));
  if (error instanceof Error) shown.push(['error', error.message]);
  return Object.fromEntries(shown);
}

function toTime(nanoseconds: bigint): string {
  return new Date(Number(nanoseconds / 1_000_000n)).toISOString();
}
