/** Runs of bulk syncs: start, list, read, cancel, and the batch status of many syncs. */
import { ApiFailure } from '../http/api-failure';
import { schemaStatesOf, type SchemaState } from '../state/bulk-schema-state';
import { data, listOf, param, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { toTimestamp } from '../state/clock';
import { stateOf, type Execution } from '../state/execution';
import { toBulkExecution, toNullable } from '../state/execution-answers';
import { answerPage, pageOf } from '../http/paging';
import { requestCancel, runningOf, startRun } from '../state/runs';
import type { Fields } from '../state/fields';
import type { Sync } from '../state/sync';
import { bulkSyncOf, cancelRunning } from './bulk-syncs';
import { executionOf } from './model-executions';

const pageCeiling = 100;

/** Handlers of `bulkSync.start`, `bulkSync.cancel` and `bulkSync.executions.*`, without logs. */
export const bulkExecutionRoutes: Handlers = {
  'bulkSync.start': startBulkSync,
  'bulkSync.cancel': (call) => {
    const asked = cancelRunning(call, bulkSyncOf(call));
    return data({ message: asked ? 'cancellation requested' : 'nothing to cancel' });
  },
  'bulkSync.executions.list': (call) => {
    const { page_token: token, limit } = call.query;
    const runs = listed(bulkSyncOf(call), call);
    return answerPage(pageOf(runs, { token, limit, ceiling: pageCeiling }), (run) => toBulkExecution(run, call));
  },
  'bulkSync.executions.get': (call) => data(toBulkExecution(namedExecution(call), call)),
  'bulkSync.executions.cancel': (call) => {
    const asked = requestCancel(namedExecution(call), call.now);
    return data({ message: asked ? 'cancellation requested' : 'the execution has already ended' });
  },
  'bulkSync.schemas.cancel': cancelSchema,
  'bulkSync.executions.listStatus': (call) => listOf(syncsAsked(call).map((sync) => toBatchStatus(sync, call))),
};

const namedExecution = (call: ApiRequest): Execution =>
  executionOf(call, { sync: bulkSyncOf(call), id: param(call, 'exec_id') });

/** An inactive bulk sync can be started by hand. */
function startBulkSync(call: ApiRequest): Answer {
  const sync = bulkSyncOf(call);
  if (call.body.test === true && (call.body.resync_mode ?? undefined) !== undefined) {
    throw new ApiFailure(400, 'body.resync_mode: not together with test');
  }
  if (runningOf(sync, call.now) !== undefined) throw new ApiFailure(409, 'the sync is already running');
  const { emulator, organization, body: options, idempotencyKey } = call;
  const execution = startRun(emulator, {
    organization,
    sync,
    startedBy: 'api',
    type: 'manual',
    options,
    idempotencyKey,
  });
  call.noteExecution(execution.id);
  return data(toBulkExecution(execution, call));
}

/** Newest first; with `only_terminal` by the time of the last change. */
function listed(sync: Sync, { query, now }: ApiRequest): Execution[] {
  const states = sync.executions.map((run) => ({ run, state: stateOf(run, now) }));
  const ended = query.only_terminal === true ? states.filter(({ state }) => state.completedAt !== undefined) : states;
  if (query.only_terminal === true) ended.sort((one, other) => one.state.since - other.state.since);
  const runs = ended.map(({ run }) => run);
  return query.ascending === true ? runs : runs.reverse();
}

function cancelSchema(call: ApiRequest): Answer {
  const sync = bulkSyncOf(call);
  const id = param(call, 'schema_id');
  if (!sync.schemas.some((schema) => schema.id === id)) throw new ApiFailure(404, `schema ${id} not found`);
  const running = runningOf(sync, call.now);
  const covered = running?.schemas.includes(id) ?? false;
  if (running !== undefined && covered && !running.schemaCancels.has(id)) running.schemaCancels.set(id, call.now);
  return data({ message: covered ? 'cancellation requested' : 'nothing to cancel' });
}

/** The syncs that a batch status is about; one unknown id is a 404 for all, which is the hardest reading. */
function syncsAsked({ query, organization }: ApiRequest): readonly Sync[] {
  const all = organization.syncs.bulk.list();
  if (query.all === true) return all;
  if (query.active === true) return all.filter(({ fields }) => fields.active === true);
  const ids = (query.sync_id ?? []) as string[];
  return [...new Set(ids)].map((id) => organization.syncs.bulk.get(id));
}

/** Each enabled schema once, with its newest run, a running one preferred. Runs of the seed have no schemas. */
function toBatchStatus(sync: Sync, { now }: ApiRequest): Fields {
  const newest = new Map<string, Fields>();
  const enabled = new Set(sync.schemas.filter((schema) => schema.enabled !== false).map(({ id }) => id));
  const running = runningOf(sync, now);
  const order = [...(running === undefined ? [] : [running]), ...sync.executions.toReversed()];
  for (const execution of order) {
    if (newest.size >= enabled.size) break;
    if (execution.schemas.every((schema) => newest.has(schema))) continue;
    for (const state of schemaStatesOf(execution, { state: stateOf(execution, now), now })) {
      if (enabled.has(state.schema) && !newest.has(state.schema))
        newest.set(state.schema, toSchemaStatus(state, execution));
    }
  }
  const current = order[0];
  return {
    sync_id: sync.id,
    ...(current === undefined ? {} : { status: stateOf(current, now).status }),
    nextExecutionTime: sync.nextDueAt === undefined ? null : toTimestamp(sync.nextDueAt),
    schemas: newest.size === 0 ? null : [...newest.values()],
  };
}

const toSchemaStatus = (state: SchemaState, execution: Execution): Fields => ({
  schema: state.schema,
  execution_id: execution.id,
  status: state.status,
  status_message: state.message ?? '',
  started_at: toNullable(state.startedAt),
  completed_at: toNullable(state.completedAt),
  record_count: state.records,
  error_count: state.errors,
  warning_count: state.warnings,
});
