/** Record logs of runs: an index, signed URLs, and the export job. */
import { ApiFailure } from '../http/api-failure';
import { data, param, type ApiRequest, type Handlers } from '../http/api-request';
import { toTimestamp } from '../state/clock';
import { contract } from '../http/contract';
import { stateOf, type Execution } from '../state/execution';
import { countsOf } from '../state/execution-answers';
import { startJob } from '../state/start-job';
import { toJobResponse } from '../state/job';
import { signedUrl } from '../http/signed-url';
import { bulkSyncOf } from './bulk-syncs';
import { executionOf } from './model-executions';
import { modelSyncOf } from './model-syncs';

/** How long a signed URL holds. */
const signatureMs = 900_000;

/** Handlers of the log operations of `modelSync.executions` and `bulkSync.executions`. */
export const logRoutes: Handlers = {
  'modelSync.executions.getLogsIndex': (call) => {
    const execution = modelExecution(call);
    const base = `${call.url}/api/syncs/${execution.syncId}/executions/${execution.id}`;
    const counted = Object.entries(logCounts(call, execution)).filter(([, count]) => count > 0);
    return data(Object.fromEntries(counted.map(([type, count]) => [type, { count, url: `${base}/${type}` }])));
  },
  'modelSync.executions.getLogUrls': (call) => {
    const { execution, type } = typedLog(call);
    const count = logCounts(call, execution)[type] ?? 0;
    const urls = count === 0 ? null : [signedUrl(execution.id, `${type}.csv`)];
    return data({ urls, expires: toTimestamp(call.now + signatureMs) });
  },
  'modelSync.executions.getLogs': (call) => {
    const { execution } = typedLog(call);
    return { headers: { Location: signedUrl(execution.id, param(call, 'filename')) } };
  },
  'bulkSync.executions.getLogs': (call) => {
    const execution = bulkExecution(call);
    return data({ URLs: [signedUrl(execution.id, 'log.csv')], Expires: toTimestamp(call.now + signatureMs) });
  },
  'bulkSync.executions.exportLogs': (call) => {
    const result = { url: signedUrl(bulkExecution(call).id, 'export.zip') };
    const job = startJob(call, { type: 'exportlogs', result: () => result });
    return { body: { data: {}, job: toJobResponse(job, call.now) } };
  },
};

const modelExecution = (call: ApiRequest): Execution =>
  executionOf(call, { sync: modelSyncOf(call, 'sync_id'), id: param(call, 'id') });
const bulkExecution = (call: ApiRequest): Execution =>
  executionOf(call, { sync: bulkSyncOf(call, 'sync_id'), id: param(call, 'execution_id') });

function typedLog(call: ApiRequest): { execution: Execution; type: string } {
  const type = param(call, 'type');
  const types = contract.enums.ExecutionLogType ?? [];
  if (!types.includes(type)) throw new ApiFailure(400, `log type ${type} is none of ${types.join(', ')}`);
  return { execution: modelExecution(call), type };
}

/** A run has logs once it has ended, unless the organization keeps none. */
function logCounts({ organization, now }: ApiRequest, execution: Execution): Readonly<Record<string, number>> {
  const state = stateOf(execution, now);
  if (state.completedAt === undefined || organization.account.recordLogging.enabled === false) return {};
  const { total, error, warnings, insert, update, delete: deleted } = countsOf(state);
  return { records: total, errors: error, warnings, inserts: insert, updates: update, deletes: deleted };
}
