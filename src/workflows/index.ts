/**
 * The door `temporal-polytomic/workflows`: workflow types and nothing else, for `export * from` in a user's workflows
 * file. Each function exported here becomes a workflow type. Runs in the workflow sandbox: no Node built-ins, no zod.
 */
import { setWorkflowOptions } from '@temporalio/workflow';
import { awaitSync } from './await-sync';
import { changePolytomicSchedule } from './change-polytomic-schedule';
import { checkPolytomicDrift } from './check-polytomic-drift';
import { checkPolytomicSetup } from './check-polytomic-setup';
import { createAndRunBulkSync } from './create-and-run-bulk-sync';
import { createAndRunModelSync } from './create-and-run-model-sync';
import { deprovisionPolytomic } from './deprovision-polytomic';
import { exportPolytomic } from './export-polytomic';
import { listPolytomicSyncs } from './list-polytomic-syncs';
import { planPolytomic } from './plan-polytomic';
import { polytomicSet } from './polytomic-set';
import { provisionPolytomic } from './provision-polytomic';
import { runAllBulkSyncs } from './run-all-bulk-syncs';
import { runAllModelSyncs } from './run-all-model-syncs';
import { runBulkSync } from './run-bulk-sync';
import { runModelSync } from './run-model-sync';
import { runSyncPipeline } from './run-sync-pipeline';

const types = [
  awaitSync,
  changePolytomicSchedule,
  checkPolytomicDrift,
  checkPolytomicSetup,
  createAndRunBulkSync,
  createAndRunModelSync,
  deprovisionPolytomic,
  exportPolytomic,
  listPolytomicSyncs,
  planPolytomic,
  polytomicSet,
  provisionPolytomic,
  runAllBulkSyncs,
  runAllModelSyncs,
  runBulkSync,
  runModelSync,
  runSyncPipeline,
] as const;

/** Recorded histories of every release replay on the next one, so that open runs go over to it, whatever a worker's default. */
for (const type of types)
  setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, type as (...args: never[]) => Promise<unknown>);

export {
  awaitSync,
  changePolytomicSchedule,
  checkPolytomicDrift,
  checkPolytomicSetup,
  createAndRunBulkSync,
  createAndRunModelSync,
  deprovisionPolytomic,
  exportPolytomic,
  listPolytomicSyncs,
  planPolytomic,
  polytomicSet,
  provisionPolytomic,
  runAllBulkSyncs,
  runAllModelSyncs,
  runBulkSync,
  runModelSync,
  runSyncPipeline,
};
