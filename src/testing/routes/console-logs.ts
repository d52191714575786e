/** Console logs: a line for each status a run has had, read by cursor. */
import { ApiFailure } from '../http/api-failure';
import { data, param, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { toTimestamp } from '../state/clock';
import { stepsUntil, type Execution } from '../state/execution';
import { idFrom } from '../state/ids';
import type { Fields } from '../state/fields';
import { connectionOf } from './connections';
import { bulkSyncOf } from './bulk-syncs';
import { executionOf } from './model-executions';
import { modelSyncOf } from './model-syncs';

/** More entries are not kept at all. */
const keptEntries = 50;

/** Handlers of the console log operations. */
export const consoleLogRoutes: Handlers = {
  'modelSync.executions.getConsoleLogs': (call) =>
    answerEntries(
      call,
      entriesOf(call, executionOf(call, { sync: modelSyncOf(call, 'sync_id'), id: param(call, 'id') })),
    ),
  'bulkSync.executions.getConsoleLogs': (call) => answerEntries(call, entriesOf(call, bulkExecution(call))),
  'bulkSync.executions.getSchemaConsoleLogs': (call) => {
    const execution = bulkExecution(call);
    const schema = param(call, 'schema_id');
    if (!execution.schemas.includes(schema)) throw new ApiFailure(404, `schema ${schema} not found`);
    return answerEntries(call, entriesOf(call, execution));
  },
  'bulkSync.executions.getIngestConsoleLogs': (call) => {
    connectionOf(call, 'connection_id');
    return answerEntries(call, []);
  },
};

const bulkExecution = (call: ApiRequest): Execution =>
  executionOf(call, { sync: bulkSyncOf(call, 'sync_id'), id: param(call, 'execution_id') });

function entriesOf({ now }: ApiRequest, execution: Execution): Fields[] {
  return stepsUntil(execution, now)
    .map(({ step, at }) => ({
      id: idFrom(`${execution.id} ${step.status} ${at}`),
      level: step.status === 'failed' ? 'error' : 'info',
      message: `status ${step.status}`,
      timestamp: toTimestamp(at),
    }))
    .slice(-keptEntries);
}

function answerEntries({ query }: ApiRequest, entries: readonly Fields[]): Answer {
  const { after, limit } = query;
  const from = after === undefined ? 0 : entries.findIndex(({ id }) => id === after) + 1;
  const size = typeof limit === 'number' && limit > 0 ? limit : keptEntries;
  const page = entries.slice(from, from + size);
  const more = from + size < entries.length;
  return data({ entries: page.length === 0 ? null : page, next_cursor: more ? page.at(-1)?.id : null });
}
