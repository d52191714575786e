/**
 * The door `temporal-polytomic/workflow`: functions and types for users' own workflow code. Runs in the workflow
 * sandbox: nothing here may reach activities, clients, zod or Node built-ins as values.
 */
export { failureTypes } from './contracts/failure-types';
export type { FailureType, InputIssue } from './contracts/failure-types';
export type { Duration } from './contracts/duration';
export type { AwaitSyncInput } from './contracts/await-sync';
export type { RunPhase, RunProgress } from './contracts/progress';
export type {
  BulkSyncStart,
  CreateAndRunBulkSyncInput,
  CreateAndRunModelSyncInput,
  IfInactive,
  IfRunning,
  ModelSyncStart,
  RunBulkSyncInput,
  RunDisposition,
  RunModelSyncInput,
  SharedRunInput,
  SourceIdentity,
} from './contracts/run-inputs';
export type { RunOutcome, SchemaResult, SyncRunResult } from './contracts/run-result';
export type { RecordCounts } from './contracts/execution';
export type { DryRun, FanOutResult, OutcomeCounts, PipelineResult, StepResult } from './contracts/fan-out-result';
export type { FailedSync, FanOutPhase, FanOutProgress, RunningSync } from './contracts/fan-out-progress';
export type {
  FailurePolicy,
  PipelineStep,
  RunAllBulkSyncsInput,
  RunAllModelSyncsInput,
  RunAllSyncsInput,
  RunSyncPipelineInput,
  Shard,
} from './contracts/fan-out-inputs';
export type { SyncFilter } from './contracts/list-syncs';
export type { Notification, NotifiedSync } from './contracts/notification';
export {
  awaitSync,
  createAndRunBulkSync,
  createAndRunModelSync,
  runAllBulkSyncs,
  runAllModelSyncs,
  runBulkSync,
  runModelSync,
  runSyncPipeline,
} from './workflows/inline';
export type { ManyRunOptions } from './workflows/run-many';
export type { ProgressListener, RunOptions } from './workflows/run-one';
export { polytomicActivities, type PolytomicActivityProxies } from './workflows/polytomic-activities';
export type { RequestInput } from './contracts/raw-request';
export type { LogDownload, LogDownloadInput, LogFile, LogFiles, LogType } from './contracts/log-files';
