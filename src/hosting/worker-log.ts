/** What a worker process prints of the SDK's own log. */
import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';

/**
 * Prints warnings, and what workflows and activities say; not the comings and goings inside the SDK, nor its wonder at a
 * wait worker that has no workflows. Without effect when the process has a runtime already.
 */
export function installWorkerLog(log: (line: string) => void): void {
  const logger = new DefaultLogger('INFO', (entry) => {
    if (isWorthPrinting(entry)) log(toLine(entry));
  });
  try {
    Runtime.install({ logger });
  } catch (error) {
    if (!(error instanceof Error && error.name === 'IllegalStateError')) throw error;
  }
}

/** Attributes that are the same on every line, or that no person reads. */
const untold = new Set(['sdkComponent', 'taskToken', 'taskQueue', 'namespace', 'isLocal']);

function isWorthPrinting({ level, message, meta }: LogEntry): boolean {
  if (message.startsWith('No workflows registered')) return false;
  const component: unknown = meta?.['sdkComponent'];
  return level === 'WARN' || level === 'ERROR' || component === 'workflow' || component === 'activity';
}

function toLine({ level, message, meta = {} }: LogEntry): string {
  const { error, ...rest } = meta as Record<string, unknown>;
  const told = Object.entries(rest).filter(([name]) => !untold.has(name));
  if (error instanceof Error) told.push(['error', error.message]);
  return told.length === 0 ? `${level} ${message}` : `${level} ${message} ${JSON.stringify(Object.fromEntries(told))}`;
}
