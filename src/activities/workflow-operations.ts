/** Which operations each workflow needs: what its activities ask for, in one table. */
import { provisionKinds } from '../contracts/provision-spec';
import type { SyncKind } from '../contracts/sync-kind';
import { resourceKinds } from '../provisioning/kinds';
import { operationsOfStep, type RunStep } from './allowed';

/** What one workflow asks of `POLYTOMIC_OPERATIONS`. */
export interface WorkflowOperations {
  /** Without one of these the workflow fails with `polytomic.NotAllowed`. */
  readonly needed: readonly string[];
  /** What else it does with more of them, in words; without them it leaves that out, or fails where its input asks for it. */
  readonly more: Readonly<Record<string, readonly string[]>>;
}

type Part = keyof (typeof resourceKinds)['connections']['operations'];

const bothKinds: readonly SyncKind[] = ['model', 'bulk'];

function steps(kinds: readonly SyncKind[], ...names: readonly RunStep[]): string[] {
  return kinds.flatMap((kind) => names.flatMap((step) => operationsOfStep[step].map((name) => `${kind}Sync.${name}`)));
}

const ofObjects = (...parts: readonly Part[]): string[] =>
  provisionKinds.flatMap((kind) => parts.flatMap((part) => resourceKinds[kind].operations[part]));

/** Waits need none of these: with them they cost fewer requests, and failures say more. */
const cheaperWaits = ['bulkSync.executions.listStatus', 'events.list', 'identity.get'];

function ofRuns(kinds: readonly SyncKind[], ...others: readonly RunStep[]): WorkflowOperations {
  return {
    needed: steps(kinds, ...others, 'read', 'start'),
    more: {
      'cancel its own runs': steps(kinds, 'cancel'),
      'activate what is inactive': steps(kinds, 'activate'),
      'wait with fewer requests': cheaperWaits,
      'link to runs that failed': ['entities.get'],
    },
  };
}

const ofWaits: WorkflowOperations = {
  needed: steps(['model'], 'read'),
  more: {
    'the same of bulk syncs': steps(['bulk'], 'read'),
    'wait with fewer requests': cheaperWaits,
    'say when the next run is due': ['modelSync.getStatus', 'bulkSync.getStatus'],
    'wait for an ingestion (`caughtUpWithin`)': ['bulkSync.getStatus'],
  },
};

const ofPlans: WorkflowOperations = { needed: ofObjects('read'), more: {} };

/** By the type of the workflow. */
export const workflowOperations: Readonly<Record<string, WorkflowOperations>> = {
  runModelSync: ofRuns(['model']),
  runBulkSync: ofRuns(['bulk']),
  createAndRunModelSync: ofRuns(['model'], 'list', 'create'),
  createAndRunBulkSync: ofRuns(['bulk'], 'list', 'create'),
  awaitSync: ofWaits,
  runAllModelSyncs: ofRuns(['model'], 'list'),
  runAllBulkSyncs: ofRuns(['bulk'], 'list'),
  runSyncPipeline: ofRuns(bothKinds),
  listPolytomicSyncs: {
    needed: steps(['model'], 'list'),
    more: { 'the same of bulk syncs': steps(['bulk'], 'list'), 'with lastRuns': steps(bothKinds, 'read') },
  },
  checkPolytomicSetup: { needed: [], more: { 'say whether the key is accepted': ['identity.get'] } },
  planPolytomic: ofPlans,
  checkPolytomicDrift: ofPlans,
  exportPolytomic: ofPlans,
  provisionPolytomic: {
    needed: ofObjects('read', 'write'),
    more: {
      'roll back and prune': ofObjects('delete'),
      'run what was made (`run: true`)': steps(bothKinds, 'read', 'start', 'cancel'),
    },
  },
  deprovisionPolytomic: { needed: ofObjects('read', 'delete'), more: {} },
  changePolytomicSchedule: {
    needed: [...resourceKinds.modelSyncs.operations.read, 'modelSync.update'],
    more: { 'the same of bulk syncs': [...resourceKinds.bulkSyncs.operations.read, 'bulkSync.update'] },
  },
};
