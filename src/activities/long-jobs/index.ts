/** The activities that do long work, by their names below `jobs.`. */
import type { ActivityDependencies } from '../dependencies';
import { createDownloadLogs } from '../logs/download-logs';
import { createExportLogs } from './export-logs';
import type { Timing } from './long-work';
import { createModelJobs } from './model-jobs';
import { createRefreshSchemas } from './refresh-schemas';
import { createRunQuery } from './run-query';
import type { JobActivities } from './signatures';

/** Makes the activities. Each checks every operation that it calls. `timing`: default by the clock of the organization's client. */
export function createJobActivities(deps: ActivityDependencies, timing?: Timing): JobActivities {
  const context = { deps, timing };
  return {
    ...createModelJobs(context),
    runQuery: createRunQuery(context),
    refreshSchemas: createRefreshSchemas(context),
    exportLogs: createExportLogs(context),
    downloadLogs: createDownloadLogs(deps),
  };
}
