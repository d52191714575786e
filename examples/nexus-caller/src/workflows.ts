/** Workflows of a team that has no key of Polytomic: another namespace runs the syncs for it. */
import { createNexusServiceClient } from '@temporalio/workflow';
import { polytomicService, resultOf } from 'temporal-polytomic/workflow';

/** What became of a sync. */
export interface Report {
  outcome: string;
  records: number | null;
}

/** Has a bulk sync run in the namespace behind the endpoint, and says how it went, also where it failed. */
export async function refreshLake(syncId: string, endpoint: string): Promise<Report> {
  const polytomic = createNexusServiceClient({ service: polytomicService, endpoint });
  try {
    const { outcome, records } = await polytomic.executeOperation('runBulkSync', { syncId });
    return { outcome, records: records.total };
  } catch (error) {
    const result = resultOf(error);
    // Without a result the input is wrong, or this workflow is being cancelled; without an execution nothing was started.
    if (result === null || !('outcome' in result) || result.executionId === null) throw error;
    return { outcome: result.outcome, records: result.records.total };
  }
}
