/** Workflows of this project, and those of temporal-polytomic so that they can be started as children and by name. */
import { executeChild, ParentClosePolicy } from '@temporalio/workflow';
import { runBulkSync, runModelSync, type SyncRunResult } from 'temporal-polytomic/workflow';

export * from 'temporal-polytomic/workflows';

/** Ids of the syncs to run. */
export interface NightlyInput {
  lake: string;
  crm: string;
}

/** What the night brought. */
export interface NightlyReport {
  lakeRecords: number | null;
  crmRecords: number | null;
}

/** Loads the lake, re-running schemas that fail, and only then sends it to the CRM. */
export async function nightly({ lake, crm }: NightlyInput): Promise<NightlyReport> {
  const loaded = await runBulkSync({ syncId: lake, retryFailedSchemas: 2 });
  const sent = await runModelSync({ syncId: crm, timeout: '2 hours' });
  return { lakeRecords: loaded.records.total, crmRecords: sent.records.total };
}

/**
 * The same for the lake, with a history of its own. Terminating a workflow runs no code; with REQUEST_CANCEL the child is
 * asked to cancel when this workflow closes, whatever closed it, and cancels its run in Polytomic.
 */
export async function nightlyLakeAsChild({ lake }: Pick<NightlyInput, 'lake'>): Promise<SyncRunResult> {
  return executeChild<typeof runBulkSync>('runBulkSync', {
    args: [{ syncId: lake }],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
  });
}
