/** The activities that do long work, by their names below `jobs.`. */
import { Context } from '@temporalio/activity';
import type { ActivityDependencies } from '../dependencies';
import { createDownloadLogs } from '../logs/download-logs';
import { createExportLogs } from './export-logs';
import type { Timing } from './long-work';
import { createModelJobs } from './model-jobs';
import { createRefreshSchemas } from './refresh-schemas';
import { createRunQuery } from './run-query';
import type { JobActivities } from './signatures';

const realTiming: Timing = { now: () => Date.now(), sleep: (ms) => Context.current().sleep(ms) };

/** Makes the activities. Each checks every operation that it calls. */
export function createJobActivities(deps: ActivityDependencies, timing: Timing = realTiming): JobActivities {
  const context = { deps, timing };
  return {
    ...createModelJobs(context),
    runQuery: createRunQuery(context),
    refreshSchemas: createRefreshSchemas(context),
    exportLogs: createExportLogs(context),
    downloadLogs: createDownloadLogs(deps),
  };
}
