/** Signatures of the composite activities: what crosses between workflows and the worker. */
import type { AwaitNextRunRequest, AwaitNextRunResult, PrepareAwaitSyncRequest, PreparedAwaitSync } from './await-sync';
import type { AwaitIngestionRequest, AwaitIngestionResult } from './ingestion';
import type { ListedSyncs, ListSyncsRequest } from './list-syncs';
import type { NotifyRequest } from './notification';
import type { PastRecords, ReadPastRecordsRequest } from './past-records';
import type { PreparedRuns, PrepareRunsRequest } from './prepared-runs';
import type {
  CancelExecutionsRequest,
  CancelledItem,
  CreateOutcome,
  CreateSyncsRequest,
  StartExecutionsRequest,
  StartOutcome,
} from './starts';
import type { AwaitExecutionsRequest, AwaitExecutionsResult } from './waits';
import type { WorkerSetup } from './worker-setup';

/** Request of `readSetup`. */
export interface ReadSetupRequest {
  organization: string;
}

/** The composite activities by name; each is registered as `polytomic.` + its name. */
export interface CompositeActivities {
  prepareRuns(request: PrepareRunsRequest): Promise<PreparedRuns>;
  /** How the worker that answers is set up now; for waits whose task queue nobody polls. */
  readSetup(request: ReadSetupRequest): Promise<WorkerSetup>;
  createSyncs(request: CreateSyncsRequest): Promise<CreateOutcome[]>;
  startExecutions(request: StartExecutionsRequest): Promise<StartOutcome[]>;
  awaitExecutions(request: AwaitExecutionsRequest): Promise<AwaitExecutionsResult>;
  cancelExecutions(request: CancelExecutionsRequest): Promise<CancelledItem[]>;
  listSyncs(request: ListSyncsRequest): Promise<ListedSyncs>;
  notify(request: NotifyRequest): Promise<void>;
  prepareAwaitSync(request: PrepareAwaitSyncRequest): Promise<PreparedAwaitSync>;
  readPastRecords(request: ReadPastRecordsRequest): Promise<PastRecords[]>;
  awaitNextRun(request: AwaitNextRunRequest): Promise<AwaitNextRunResult>;
  awaitIngestion(request: AwaitIngestionRequest): Promise<AwaitIngestionResult>;
}
