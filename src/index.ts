/** The entry point for Node code: worker set-up, API client, errors, types. Workflow code takes `./workflow` instead. */
export { PolytomicPlugin } from './plugin';
export type { AuditEntry } from './activities/dependencies';
export type { SecretReference } from './inputs/secret-references';
export type { ResolveSecret, SecretBinding, SecretContext } from './secrets/resolver';
export type { NotifyOptions, OrganizationOptions, PolytomicPluginOptions } from './settings/plugin-options';
export { loadPolytomicOptions } from './config';
export { createPolytomicActivities, type ActivitiesByName } from './hosting/create-activities';

export {
  createClient,
  type CallOptions,
  type ClientOptions,
  type PolytomicClient,
  type RawRequest,
} from './polytomic/client';
export type { Fetch, FetchAnswer, FetchInit } from './polytomic/http';

export { ConfigError, isConfigError } from './settings/config-error';
export { InvalidInputError, isInvalidInputError } from './inputs/invalid-input-error';
export { PolytomicError, isPolytomicError, type PolytomicErrorCode } from './polytomic/errors';
export * from './shared-exports';

export type { ChangePolytomicScheduleInput, PolytomicScheduleChange } from './contracts/sync-schedule';

export {
  adoptSyncSchedule,
  ensureSyncSchedule,
  previewSyncSchedule,
  releaseSyncSchedule,
  ScheduleInputError,
  type AdoptClient,
  type AdoptedSchedule,
  type AdoptedSync,
  type EnsuredSchedule,
  type OverlapPolicy,
  type ReleasedSchedule,
  type SyncSchedule,
} from './cli/schedules';
