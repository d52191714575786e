/** What the engine wants done. Each command is one activity; its id is never used twice in a chain of runs. */
import type { AwaitNextRunRequest } from '../../contracts/await-sync';
import type { CompositeActivities, ReadSetupRequest } from '../../contracts/composite-activities';
import type { WorkerSetup } from '../../contracts/worker-setup';
import type { AwaitIngestionRequest } from '../../contracts/ingestion';
import type { ListSyncsRequest } from '../../contracts/list-syncs';
import type { Notification } from '../../contracts/notification';
import type { ReadPastRecordsRequest } from '../../contracts/past-records';
import type { NotifyTarget } from '../../contracts/prepared-fan-out';
import type { CancelExecutionsRequest, CreateSyncsRequest, StartExecutionsRequest } from '../../contracts/starts';
import type { AwaitExecutionsRequest } from '../../contracts/waits';

/** Where a wait is scheduled, and how long it may stay unpicked. */
export interface WaitPlace {
  setup: WorkerSetup;
  pickupMs: number;
}

/** One thing to do. `text` is its summary in the Temporal UI. */
export type Command = { id: string; text: string } & (
  | { type: 'start'; request: StartExecutionsRequest }
  | { type: 'create'; request: CreateSyncsRequest }
  | { type: 'wait'; request: AwaitExecutionsRequest; place: WaitPlace }
  | { type: 'read'; request: AwaitExecutionsRequest; place: WaitPlace }
  | { type: 'search'; request: AwaitNextRunRequest; place: WaitPlace }
  | { type: 'catchUp'; request: AwaitIngestionRequest; place: WaitPlace }
  | { type: 'cancel'; request: CancelExecutionsRequest }
  | { type: 'compare'; request: ReadPastRecordsRequest }
  | { type: 'list'; request: ListSyncsRequest }
  | { type: 'setup'; request: ReadSetupRequest }
  | { type: 'notify'; target: NotifyTarget; key: string; notification: Notification }
);

/** The kinds of commands. */
export type CommandType = Command['type'];

type Answer<N extends keyof CompositeActivities> = Awaited<ReturnType<CompositeActivities[N]>>;

/** What each kind of command answers. */
export interface CommandResults {
  start: Answer<'startExecutions'>;
  create: Answer<'createSyncs'>;
  wait: Answer<'awaitExecutions'>;
  read: Answer<'awaitExecutions'>;
  search: Answer<'awaitNextRun'>;
  catchUp: Answer<'awaitIngestion'>;
  cancel: Answer<'cancelExecutions'>;
  compare: Answer<'readPastRecords'>;
  list: Answer<'listSyncs'>;
  setup: Answer<'readSetup'>;
  notify: unknown;
}

/**
 * How an activity ended without a result. `notPickedUp`: no worker took it in time. `lost`: a worker took it, and its end
 * is not known. `failed`: it said why. `canceled`: it was cancelled before, or instead of, answering.
 */
export interface CommandError {
  type: 'notPickedUp' | 'lost' | 'failed' | 'canceled';
  /** The type of the `ApplicationFailure`, where there is one. */
  failureType: string | null;
  message: string;
  nonRetryable: boolean;
  /** Last heartbeat details that Temporal had; undefined where none. */
  heartbeat?: unknown;
}

/** What happens to the engine from outside. */
export type EngineEvent =
  | { type: 'answered'; id: string; result: unknown }
  | { type: 'failed'; id: string; error: CommandError }
  | { type: 'cancelRequested' };

/** A line for the workflow's log. */
export interface LogLine {
  /** Default: a warning. */
  level?: 'info';
  message: string;
  attributes: Record<string, unknown>;
}
