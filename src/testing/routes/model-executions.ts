/** Runs of model syncs: start, list, read, cancel. */
import { ApiFailure, notFound } from '../http/api-failure';
import { data, param, type Answer, type ApiRequest, type Handlers } from '../http/api-request';
import { endRun, isEnd, stateOf, type Execution } from '../state/execution';
import { toModelExecution } from '../state/execution-answers';
import { toTimestamp } from '../state/clock';
import { answerPage, pageOf } from '../http/paging';
import { requestCancel, runningOf, startRun } from '../state/runs';
import type { Sync } from '../state/sync';
import { modelSyncOf, refuseProblems } from './model-syncs';

const pageSize = 50;

/** The run that the path names, of the sync that the path names. */
export function executionOf(call: ApiRequest, { sync, id }: { sync: Sync; id: string }): Execution {
  const execution = call.organization.executions.get(id);
  if (execution === undefined || execution.syncId !== sync.id) throw notFound('execution', id);
  return execution;
}

/** Handlers of `modelSync.start`, `modelSync.cancel` and `modelSync.executions.*`, without logs. */
export const modelExecutionRoutes: Handlers = {
  'modelSync.start': startModelSync,
  'modelSync.cancel': (call) => {
    const running = runningOf(modelSyncOf(call), call.now);
    if (running !== undefined) requestCancel(running, call.now);
    return data({ message: running === undefined ? 'nothing to cancel' : 'cancellation requested' });
  },
  'modelSync.executions.list': (call) => {
    const { page_token, only_completed, ascending } = call.query;
    const runs = modelSyncOf(call, 'sync_id').executions.filter(
      (execution) => only_completed !== true || stateOf(execution, call.now).status === 'completed',
    );
    const ordered = ascending === true ? runs : runs.toReversed();
    return answerPage(pageOf(ordered, { token: page_token, ceiling: pageSize }), (run) => toModelExecution(run, call));
  },
  'modelSync.executions.get': (call) => data(toModelExecution(namedExecution(call), call)),
  /** Only in 2024-02-08, to end runs that have stalled. */
  'modelSync.executions.update': (call) => {
    const execution = namedExecution(call);
    const status = String(call.body.status);
    if (!isEnd(status)) throw new ApiFailure(400, `body.status: ${status} does not end a run`);
    if (!endRun(execution, { status, now: call.now })) throw new ApiFailure(400, 'the execution has already ended');
    return data(toModelExecution(execution, call));
  },
  'modelSync.executions.cancel': (call) => {
    if (!requestCancel(namedExecution(call), call.now)) throw new ApiFailure(400, 'the execution has already ended');
    return data({ message: 'cancellation requested' });
  },
};

const namedExecution = (call: ApiRequest): Execution =>
  executionOf(call, { sync: modelSyncOf(call, 'sync_id'), id: param(call, 'id') });

/** Inactive syncs and syncs with problems are refused; which status the API has for that is unknown. */
function startModelSync(call: ApiRequest): Answer {
  const sync = modelSyncOf(call);
  const { identities, source_identities } = call.body;
  if (identities !== undefined && source_identities !== undefined) {
    throw new ApiFailure(400, 'body.source_identities: not together with identities');
  }
  refuseProblems(sync, 400);
  if (sync.fields.active !== true) throw new ApiFailure(409, 'the sync is not active');
  const behind = runningOf(sync, call.now);
  if (behind !== undefined && call.emulator.options.startWhileRunning === 'refuse') {
    throw new ApiFailure(409, 'the sync is already running');
  }
  const { emulator, organization, body: options, idempotencyKey } = call;
  const execution = startRun(emulator, {
    organization,
    sync,
    startedBy: 'api',
    type: 'manual',
    options,
    idempotencyKey,
    behind,
  });
  call.noteExecution(execution.id);
  const { status } = stateOf(execution, call.now);
  return data({ id: execution.id, status, created_at: toTimestamp(execution.createdAt) });
}
