/** Log files of runs: what is asked for, where they go, and the little that a history holds of them. */
import type { SyncKind } from './sync-kind';

/** Logs that a model sync's run may leave. */
export type LogType = 'records' | 'errors' | 'warnings' | 'inserts' | 'updates' | 'deletes';

/** Input of the activity `polytomic.jobs.downloadLogs`. */
export interface LogDownloadInput {
  /** Name of the organization configured on the worker. Default `default`. */
  organization?: string;
  /** `model` or `bulk`. */
  kind: SyncKind;
  /** Id of the sync. */
  syncId: string;
  /** Id of the execution whose log files are wanted. */
  executionId: string;
  /** Model syncs only. Default: all. */
  types?: LogType[];
}

/** One file, as it was stored. */
export interface LogFile {
  /** Below the run's own place; a model sync's begin with their type (`errors/…`), exports with `export/`. */
  name: string;
  /** Length of the file, decoded, bytes. */
  bytes: number;
}

/** Files that were stored. Neither addresses nor contents are told. */
export interface LogFiles {
  /** The first 500. */
  files: LogFile[];
  /** Of all files, however many are listed. */
  count: number;
  /** Of all files. */
  bytes: number;
}

/** Answer of the activity `polytomic.jobs.downloadLogs`. */
export type LogDownload = LogFiles;

/** Which file a sink is given. */
export interface LogFileInfo {
  /** Name of the organization, as the worker knows it. */
  organization: string;
  /** `model` or `bulk`. */
  kind: SyncKind;
  /** Id of the sync. */
  syncId: string;
  /** Id of the execution. */
  executionId: string;
  /** Name of the file, without any folder. */
  name: string;
}

/**
 * Takes one log file. The content can be read once, as it arrives, and throws where it breaks off: then the file must not
 * count as whole. The same file comes again when the activity is tried again.
 */
export type LogSink = (file: LogFileInfo, content: AsyncIterable<Uint8Array>) => Promise<void>;
