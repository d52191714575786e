/** Reads for people and programs that hold no key of Polytomic: the workflows `listPolytomicSyncs`, `checkPolytomicSetup`. */
import type { ItemFailure } from './item-failure';
import type { ExecutionEnding, ExecutionPhase } from './execution';
import type { ListedSyncs, SyncFilter } from './list-syncs';
import type { SyncKind } from './sync-kind';

/** Input of the workflow `listPolytomicSyncs`. */
export interface ListPolytomicSyncsInput {
  /** Name of the organization configured on the worker. Default `default`. */
  organization?: string;
  /** Which of Polytomic's two kinds of syncs to list. */
  kind: SyncKind;
  /** Which syncs. Default: all, inactive ones included. */
  filter?: SyncFilter;
  /** Only syncs with ids beyond this one: the `nextAfter` of the answer before. Default: from the beginning. */
  after?: string;
  /**
   * Also read the newest run of each listed sync, one request a sync. Default false. At most 200 syncs may then be listed:
   * name them in `filter.ids`.
   */
  lastRuns?: boolean;
}

/** Result of `listPolytomicSyncs`: compact columns, row i being the i-th entry of each. */
export interface PolytomicSyncs extends ListedSyncs {
  /** The kind that was asked for. */
  kind: SyncKind;
  /** With `lastRuns`: the newest run of each sync; null where there was none. */
  lastRuns?: (LastRun | null)[];
}

/** The newest run of a sync, in progress or not. */
export interface LastRun {
  /** Polytomic's id of the run. */
  executionId: string;
  /** Status, verbatim. */
  status: string;
  /** How far it is, whatever its kind calls the status. */
  phase: ExecutionPhase;
  /** Set exactly when `phase` is `ended`. */
  ending?: ExecutionEnding;
  /** RFC 3339; null where Polytomic does not say. */
  startedAt: string | null;
  /** When it ended, RFC 3339; null where it has not, or Polytomic does not say. */
  completedAt: string | null;
  /** Records handled; null where Polytomic does not report them. */
  records: number | null;
}

/** Request of the activity `readLastRuns`. */
export interface ReadLastRunsRequest {
  organization: string;
  kind: SyncKind;
  /** At most 200. */
  syncIds: string[];
}

/** Input of the workflow `checkPolytomicSetup`: none is needed. */
export interface CheckPolytomicSetupInput {
  /** Only this organization. Default: every one that the worker has. */
  organization?: string;
}

/** Result of `checkPolytomicSetup`: what one worker, the one that took the activity, has and may do. */
export interface PolytomicSetup {
  /** Version of this package on the worker. */
  version: string;
  /** Version of Node on the worker, as in `v22.12.0`. */
  node: string;
  /** The worker's clock (RFC 3339). */
  now: string;
  /** Queue of the waits; null: the workflow's own. */
  waitTaskQueue: string | null;
  /** One entry for each organization asked for; one that Polytomic refuses has a `failure`. */
  organizations: OrganizationSetup[];
}

/** What {@link PolytomicSetup} says of one organization. */
export interface OrganizationSetup {
  /** Its name on the worker. */
  name: string;
  /** Base URL of Polytomic. */
  url: string;
  /** Version of the API that the worker asks for. */
  apiVersion: string;
  /** Null: Polytomic did not accept the key, or could not be read; `failure` says why. */
  identity: { organizationId: string | null; organizationName: string | null; mode: string | null } | null;
  /** Why `identity` is null; null where it is not. */
  failure: ItemFailure | null;
  /** How far the worker's clock is ahead of Polytomic's, in milliseconds; null where Polytomic's is not known. */
  clockAheadMs: number | null;
  /** What the operator of the worker allows, by what a workflow would do. */
  allowed: Record<AllowedStep, boolean>;
}

/** What may be allowed: `run` includes reading, `provision` is creating and changing syncs, models and connections. */
export type AllowedStep = 'list' | 'run' | 'cancel' | 'create' | 'provision';

/** The activities behind both workflows; each is registered as `polytomic.` + its name. */
export interface InspectionActivities {
  readLastRuns(request: ReadLastRunsRequest): Promise<(LastRun | null)[]>;
  checkSetup(request: CheckPolytomicSetupInput): Promise<PolytomicSetup>;
}
