/** Runs of bulk syncs, and their logs. */
import { z } from 'zod';
import { acknowledgement, one, oneWith, page } from '../../answers';
import { get, post } from '../../operation';
import { answer, shape } from '../../shapes';
import { CancelRequested, ConsoleLogs, Job, jobSecrets } from '../shared-answers';
import { ConsoleLogQuery } from '../shared-requests';
import { BulkSyncBatchStatus, BulkSyncExecution } from './answers';

/** Send one of the three only: what two of them mean is not documented. */
const ListStatus = shape(() =>
  z.strictObject({
    all: z.boolean().optional(),
    active: z.boolean().optional(),
    sync_id: z.union([z.string(), z.array(z.string())]).optional(),
  }),
);

const ListExecutions = shape(() =>
  z.strictObject({
    page_token: z.string().optional(),
    /** Orders by `updated_at` instead of the start. */
    only_terminal: z.boolean().optional(),
    ascending: z.boolean().optional(),
    /** At most 100. */
    limit: z.int().optional(),
  }),
);

const ExportLogs = shape(() => z.strictObject({ notify: z.boolean().optional() }));

/** Signed addresses, spelt with capitals. */
const Logs = answer(() => ({ URLs: z.array(z.string()), Expires: z.string() }));

const consoleLogs = {
  query: ConsoleLogQuery,
  answer: one(ConsoleLogs),
  since: '2025-09-18',
  secrets: { answer: ['entries.payload'] },
} as const;

/** Rows of `bulkSync.executions.*`. The sync is `id` and the execution `exec_id` here, but `sync_id` and `execution_id` for logs. */
export const executions = {
  /** The batch status. 404 may mean one unknown sync among many: ask about 50 at most, and then one by one. */
  listStatus: get('/api/bulk/syncs/status', {
    query: ListStatus,
    answer: page(BulkSyncBatchStatus),
    since: '2024-02-08',
  }),
  /**
   * Runs of one sync, newest start first; `ascending` reverses, `only_terminal` orders by the last change. 100 a page at
   * most.
   */
  list: get('/api/bulk/syncs/{id}/executions', {
    query: ListExecutions,
    answer: page(BulkSyncExecution),
    since: '2024-02-08',
    paging: 'token',
  }),
  /** The only unambiguous way to know how one run ended, schema by schema. */
  get: get('/api/bulk/syncs/{id}/executions/{exec_id}', { answer: one(BulkSyncExecution), since: '2024-02-08' }),
  /** Only queues the signal. */
  cancel: post('/api/bulk/syncs/{id}/executions/{exec_id}/cancel', {
    answer: acknowledgement(CancelRequested),
    since: '2024-02-08',
    group: 'run',
  }),
  /** The newest 50 entries at most, and they may vanish: for people to read, not for decisions. */
  getConsoleLogs: get('/api/bulk/syncs/{sync_id}/executions/{execution_id}/consolelog', consoleLogs),
  /** Signed addresses of the log files (`URLs`), with the time when they expire (`Expires`). */
  getLogs: get('/api/bulk/syncs/{sync_id}/executions/{execution_id}/logs', {
    answer: one(Logs),
    since: '2024-02-08',
    secrets: { answer: ['URLs'] },
  }),
  /** May answer a job instead of, or beside, the signed address. */
  exportLogs: post('/api/bulk/syncs/{sync_id}/executions/{execution_id}/logs/export', {
    query: ExportLogs,
    answer: oneWith(
      answer(() => ({ url: z.string() })),
      answer(() => ({ job: Job() })),
    ),
    since: '2024-02-08',
    starts: true,
    group: 'run',
    secrets: { answer: ['url', ...jobSecrets.map((field) => `job.${field}`)] },
  }),
  /** Of one schema. The newest 50 entries at most, and they may vanish: for people to read, not for decisions. */
  getSchemaConsoleLogs: get(
    '/api/bulk/syncs/{sync_id}/executions/{execution_id}/schemas/{schema_id}/consolelog',
    consoleLogs,
  ),
  /** Of a connection, and of one of its syncs if told. */
  getIngestConsoleLogs: get('/api/connections/{connection_id}/ingest/consolelog', {
    ...consoleLogs,
    query: shape(() => ConsoleLogQuery().extend({ sync_id: z.string().optional() })),
  }),
};
