/** The last words of a worker process that cannot run, or must stop. */
import { ConfigError } from '../settings/config-error';
import { reasonOf } from './reason-of';
import { createWorkerLog } from './worker-log';

/** Where the words go, and in which form. */
export interface FatalReport {
  /** Takes the whole text; as JSON it is one line. */
  readonly print: (text: string) => void;
  /** Whether they are a JSON object as the log's lines are, else the words alone. */
  readonly asJson: boolean;
}

/** Says why the worker cannot run: as text every problem of the settings has a line, as JSON `problems` lists them. */
export function reportFatalError(error: unknown, report: FatalReport): void {
  if (!(error instanceof ConfigError)) return reportFatal(`The worker cannot run: ${reasonOf(error)}`, report);
  const { message, problems } = error;
  if (!report.asJson) return report.print(message);
  reportFatal(problems.length === 1 ? message : 'Wrong settings', report, { problems });
}

/** One line about what ends the process; a log collector finds it at level `error`, whatever the log's level is. */
export function reportFatal(line: string, { print, asJson }: FatalReport, attributes: object = {}): void {
  if (asJson) createWorkerLog({ print, logFormat: 'json', logLevel: 'error' }).error(line, { ...attributes });
  else print(line);
}
