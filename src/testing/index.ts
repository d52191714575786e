/** The door `temporal-polytomic/testing`: an emulator of the Polytomic API for tests and demos. */
export { startEmulator } from './emulator';
export type { Emulator } from './emulator';
export type { EmulatorHandles, EmulatorSync, ForeignRun } from './handles';
export { ConnectionResetError, createEmulator } from './in-process';
export type {
  InProcessAnswer,
  InProcessEmulator,
  InProcessFetchInit,
  InProcessOptions,
  InProcessRequest,
} from './in-process';
export type { ClockKind, EmulatorClock, TimeSource } from './clock';
export type { RefusedConfiguration } from './connection-check';
export type { ConnectionControls, SourceSchemaSeed } from './connection-controls';
export type { ConnectionTypeDump, ConnectionTypeSeed } from './connection-types';
export type { EmulatorEvent } from './event-feed';
export type { StartedBy } from './execution';
export type { ExecutionRecord } from './execution-records';
export type {
  CancelReaction,
  ExecutionCounts,
  ExecutionScript,
  Outcome,
  SchemaStep,
  ScriptSettings,
  ScriptStep,
} from './execution-script';
export type { FaultHandle, FaultRequest, FaultSpec } from './faults';
export type { JobScript, JobType } from './job';
export type { ModelSeed } from './model';
export type {
  BulkListPaging,
  BulkSyncSeed,
  ConnectionSeed,
  EmulatorOptions,
  ModelSyncSeed,
  OrganizationSeed,
  Seed,
  SyncControls,
} from './options';
export type { ProxyControls, UpstreamAnswer } from './proxy-controls';
export type { QueryScript } from './query-script';
export { readSeedFile } from './read-seed-file';
export type { LoggedRequest } from './request-log';
export { SeedError } from './seed-check';
export type { EmulatorSnapshot } from './snapshot';
export type { WebhookFetch } from './webhook-post';
