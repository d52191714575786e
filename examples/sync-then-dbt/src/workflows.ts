/** Workflows of this project. */
import { proxyActivities } from '@temporalio/workflow';
import { runBulkSync } from 'temporal-polytomic/workflow';
import type * as activities from './activities';

export * from 'temporal-polytomic/workflows';

const { dbtBuild } = proxyActivities<typeof activities>({
  startToCloseTimeout: '3 hours',
  heartbeatTimeout: '30 seconds',
});

/** Id of the bulk sync, and what to build of it, in dbt's words. */
export interface LoadAndBuildInput {
  lake: string;
  select: string;
}

/** What happened. */
export interface LoadAndBuildReport {
  /** The run whose data were built. */
  executionId: string | null;
  built: string;
}

/** Builds only what has really been loaded: anything but a success of that very run throws before the build. */
export async function loadAndBuild({ lake, select }: LoadAndBuildInput): Promise<LoadAndBuildReport> {
  const { executionId } = await runBulkSync({ syncId: lake, retryFailedSchemas: 1, maxErrorRecords: 0 });
  return { executionId, built: await dbtBuild(select) };
}
