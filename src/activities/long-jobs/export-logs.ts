/** Exports of a bulk run's logs: one file, at a signed address that only this activity sees. */
import type { LogFile } from '../../contracts/log-files';
import type { PolytomicClient } from '../../polytomic/client';
import { operations } from '../../polytomic/operations';
import type { ActivityDependencies } from '../dependencies';
import { AddressExpired } from '../logs/fetch-file';
import { fileNames } from '../logs/file-names';
import { storeFile } from '../logs/store-file';
import type { BegunJob, JobContext } from './begin-job';
import { doJob, type JobResult } from './job-work';
import type { JobActivities } from './signatures';

type ExportInput = Parameters<PolytomicClient['bulkSync']['executions']['exportLogs']>[0];

/** Makes the activity. Without a place for logs the export is only waited for (Polytomic can tell people of it by mail). */
export function createExportLogs(context: JobContext): JobActivities['exportLogs'] {
  return async (input) => {
    const files: LogFile[] = [];
    const { jobId } = await doJob<ExportInput, undefined>(
      context,
      {
        row: operations.bulkSync.executions.exportLogs,
        type: 'exportlogs',
        begin: ({ bulkSync }, request) => ({
          start: (idempotencyKey) => bulkSync.executions.exportLogs(request, { idempotencyKey }),
        }),
        finalize: async (result, job) => {
          try {
            files.push(...(await store(context.deps, job, result)));
            return { result };
          } catch (error) {
            if (error instanceof AddressExpired) return 'lost';
            throw error;
          }
        },
      },
      input,
    );
    return { jobId, files, count: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  };
}

async function store(
  deps: ActivityDependencies,
  { organization, request }: BegunJob<ExportInput>,
  { result: { url } }: JobResult,
): Promise<LogFile[]> {
  const { logSink: sink } = deps;
  if (sink === undefined || typeof url !== 'string') return [];
  const [last = 'log'] = fileNames([url]);
  const name = `export/${last}`;
  const place = { kind: 'bulk', syncId: request.sync_id, executionId: request.execution_id } as const;
  const file = { organization: organization.name, ...place, name };
  return [
    { name, bytes: await storeFile({ deps, organization, file, sink, room: { bytes: deps.logs.maxRunBytes } }, url) },
  ];
}
