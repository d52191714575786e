/**
 * The entry point `temporal-polytomic/workflow`: functions and types for users' own workflow code. Runs in the workflow
 * sandbox: nothing here may reach activities, clients, zod or Node built-ins as values.
 */
export * from './shared-exports';
export { polytomicService } from './nexus-service';
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
export type { ActivityPlacement } from './workflows/placement';
export { polytomicActivities, type PolytomicActivityProxies } from './workflows/polytomic-activities';
export { provision } from './workflows/provision/provision';
export { deprovision } from './workflows/provision/deprovision';
export type { ProvisionOptions } from './workflows/provision/options';
