/**
 * The door `temporal-polytomic/workflows`: workflow types and nothing else, for `export * from` in a user's workflows
 * file. Each function exported here becomes a workflow type. Runs in the workflow sandbox: no Node built-ins, no zod.
 */
export { awaitSync } from './await-sync';
export { changePolytomicSchedule } from './change-polytomic-schedule';
export { checkPolytomicDrift } from './check-polytomic-drift';
export { checkPolytomicSetup } from './check-polytomic-setup';
export { createAndRunBulkSync } from './create-and-run-bulk-sync';
export { createAndRunModelSync } from './create-and-run-model-sync';
export { deprovisionPolytomic } from './deprovision-polytomic';
export { exportPolytomic } from './export-polytomic';
export { listPolytomicSyncs } from './list-polytomic-syncs';
export { planPolytomic } from './plan-polytomic';
export { polytomicSet } from './polytomic-set';
export { provisionPolytomic } from './provision-polytomic';
export { runAllBulkSyncs } from './run-all-bulk-syncs';
export { runAllModelSyncs } from './run-all-model-syncs';
export { runBulkSync } from './run-bulk-sync';
export { runModelSync } from './run-model-sync';
export { runSyncPipeline } from './run-sync-pipeline';
