/** Inputs of fan-outs and pipelines with every default applied, as `prepareRuns` answers them. */
import type { FailurePolicy } from './fan-out-inputs';
import type { Shard } from './shard';
import type { IfInactive } from './run-inputs';
import type { SyncFilter } from './list-syncs';
import type { StartOptions } from './run-options';
import type { SyncKind } from './sync-kind';

/** Whom to tell, by the name that the operator gave. */
export interface NotifyTarget {
  name: string;
  /** Activity of the user's that is told, on the workflow's own task queue; null: `notify` posts to a URL. */
  activity: string | null;
}

/** Limits and wishes of a fan-out or pipeline; durations in milliseconds. */
export interface ResolvedFanOut {
  filter: SyncFilter;
  shard: Shard | null;
  maxConcurrent: number;
  maxConcurrentPerConnection: number | null;
  startsPerMinute: number | null;
  failurePolicy: FailurePolicy;
  timeoutPerSyncMs: number | null;
  dryRun: boolean;
  notify: NotifyTarget[];
}

/** One step of a pipeline. */
export interface ResolvedStep {
  id: string;
  kind: SyncKind;
  syncId: string;
  after: string[];
  start: StartOptions;
  /** The input's, else the default of the step's own kind. */
  ifInactive: IfInactive;
}

/** The steps of a pipeline, in the order given: proved to be free of cycles and unknown names. */
export type ResolvedSteps = ResolvedStep[];
