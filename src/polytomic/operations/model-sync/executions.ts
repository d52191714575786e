/** Runs of model syncs, and their logs. */
import { z } from 'zod';
import { acknowledgement, location, one, page } from '../../answers';
import { get, post } from '../../operation';
import { answer, shape } from '../../shapes';
import { CancelRequested, ConsoleLogs } from '../shared-answers';
import { ConsoleLogQuery } from '../shared-requests';
import { ModelSyncExecution } from './answers';

const ListExecutions = shape(() =>
  z.strictObject({
    page_token: z.string().optional(),
    only_completed: z.boolean().optional(),
    ascending: z.boolean().optional(),
  }),
);

const LogUrls = answer(() => ({ urls: z.array(z.string()), expires: z.string() }));

const LogsIndexEntry = answer(() => ({ count: z.number(), url: z.string() }));

const LogsIndex = answer(() => ({
  records: LogsIndexEntry(),
  errors: LogsIndexEntry(),
  warnings: LogsIndexEntry(),
  inserts: LogsIndexEntry(),
  updates: LogsIndexEntry(),
  deletes: LogsIndexEntry(),
}));

/** Rows of `modelSync.executions.*`. The sync is `sync_id` here and the execution `id`; bulk syncs name the same two `id` and `exec_id`. */
export const executions = {
  /** Newest first by start. Takes no `limit`. Versions without {@link executions.get} follow a run by this list. */
  list: get('/api/syncs/{sync_id}/executions', {
    query: ListExecutions,
    answer: page(ModelSyncExecution),
    paging: 'token',
  }),
  /** The only unambiguous way to know how one run ended. */
  get: get('/api/syncs/{sync_id}/executions/{id}', { answer: one(ModelSyncExecution), since: '2024-02-08' }),
  /** Only queues the signal; also answers without harm when there is nothing to cancel. */
  cancel: post('/api/syncs/{sync_id}/executions/{id}/cancel', {
    answer: acknowledgement(CancelRequested),
    since: '2025-09-18',
    group: 'run',
  }),
  /** The newest 50 entries at most, and they may vanish: for people to read, not for decisions. */
  getConsoleLogs: get('/api/syncs/{sync_id}/executions/{id}/consolelog', {
    query: ConsoleLogQuery,
    answer: one(ConsoleLogs),
    since: '2025-09-18',
    secrets: { answer: ['entries.payload'] },
  }),
  /** Counts for each type of log. Absent types and a run in progress tell nothing. */
  getLogsIndex: get('/api/syncs/{sync_id}/executions/{id}/logs', { answer: one(LogsIndex), since: '2025-09-18' }),
  /** Signed addresses, short-lived. `type` is records, errors, warnings, inserts, updates or deletes. */
  getLogUrls: get('/api/syncs/{sync_id}/executions/{id}/{type}', {
    answer: one(LogUrls),
    since: '2024-02-08',
    secrets: { answer: ['urls'] },
  }),
  /** Answers 302: the signed address is the answer, and must not be followed with the API's credential. */
  getLogs: get('/api/syncs/{sync_id}/executions/{id}/{type}/{filename}', {
    answer: location(),
    since: '2024-02-08',
    secrets: { answer: ['location'] },
  }),
};
