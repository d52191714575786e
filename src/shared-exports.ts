/** What both entry points export: the types that workflows take and answer, handles, and what a failure holds. */
export { failureTypes, type FailureType, type InputIssue } from './contracts/failure-types';
export {
  approveUpdate,
  changeTimeoutUpdate,
  fanOutProgressQuery,
  pauseUpdate,
  progressQuery,
  provisionProgressQuery,
  resumeUpdate,
  setConcurrencyUpdate,
  skipUpdate,
} from './workflows/handles';
export { resultOf } from './rules/result-of';
export type { Duration } from './contracts/duration';
export type { AwaitSyncInput } from './contracts/await-sync';
export type { RunPhase, RunProgress } from './contracts/progress';
export type {
  BulkSyncStart,
  CreateAndRunBulkSyncInput,
  CreateAndRunInput,
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
} from './contracts/fan-out-inputs';
export type { Shard } from './contracts/shard';
export type { SyncFilter } from './contracts/list-syncs';
export type { Notification, NotifiedSync } from './contracts/notification';
export type { RequestInput } from './contracts/raw-request';
export type {
  LogDownload,
  LogDownloadInput,
  LogFile,
  LogFileInfo,
  LogFiles,
  LogSink,
  LogType,
} from './contracts/log-files';
export type {
  CheckPolytomicDriftInput,
  DeprovisionPolytomicInput,
  DriftResult,
  DriftedResource,
  ExportPolytomicInput,
  ExportResult,
  PlanPolytomicInput,
  ProvisionApproval,
  ProvisionApprove,
  ProvisionNotification,
  ProvisionPolytomicInput,
  ProvisionProgress,
  ProvisionResult,
  ProvisionedResource,
  ProvisioningFailure,
  SharedProvisionInput,
  TouchedResource,
} from './contracts/provision';
export type { FieldChange, PlannedAction, PlannedChange, ProvisionPlan } from './contracts/provision-plan';
export type {
  ProvisionAdopt,
  ProvisionKind,
  ProvisionSpec,
  ProvisionVariables,
  SpecFile,
  SpecInput,
  SpecObject,
} from './contracts/provision-spec';
export type { SyncKind } from './contracts/sync-kind';
