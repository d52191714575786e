/** The door `temporal-polytomic/testing`: an emulator of the Polytomic API for tests and demos. */
export { startEmulator } from './controls/emulator';
export type { Emulator } from './controls/emulator';
export type { EmulatorHandles, EmulatorSync, ForeignRun } from './controls/handles';
export { ConnectionResetError, createEmulator } from './controls/in-process';
export type {
  InProcessAnswer,
  InProcessEmulator,
  InProcessFetchInit,
  InProcessOptions,
  InProcessRequest,
} from './controls/in-process';
export { createTimeSkippingEmulator } from './controls/time-skipping';
export type { TimeSkippingEmulator, TimeSkippingOptions } from './controls/time-skipping';
export type { ClockKind, EmulatorClock, TimeSource } from './state/clock';
export type { ServerTime, TimeSkippingEnvironment } from './state/server-time';
export type { RefusedConfiguration } from './state/connection-check';
export type { ConnectionControls, SourceSchemaSeed } from './controls/connection-controls';
export type { ConnectionTypeDump, ConnectionTypeSeed } from './state/connection-types';
export type { EmulatorEvent } from './delivery/event-feed';
export type { StartedBy } from './state/execution';
export type { ExecutionRecord } from './state/execution-records';
export type {
  CancelReaction,
  ExecutionCounts,
  ExecutionScript,
  Outcome,
  SchemaStep,
  ScriptSettings,
  ScriptStep,
} from './scripts/execution-script';
export type { FaultHandle, FaultRequest, FaultSpec } from './scripts/faults';
export type { JobScript, JobType } from './state/job';
export type { ModelSeed } from './controls/options';
export type {
  BulkListPaging,
  BulkSyncSeed,
  ConnectionSeed,
  EmulatorOptions,
  ModelSyncSeed,
  OrganizationSeed,
  Seed,
  SyncControls,
} from './controls/options';
export type { ProxyControls, UpstreamAnswer } from './controls/proxy-controls';
export type { QueryScript } from './scripts/query-script';
export { readSeedFile } from './controls/read-seed-file';
export type { LoggedRequest } from './http/request-log';
export { SeedError } from './controls/seed-check';
export type { EmulatorSnapshot } from './state/snapshot';
export type { WebhookFetch } from './delivery/webhook-post';
