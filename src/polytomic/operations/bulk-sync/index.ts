/** Bulk syncs: whole schemas from one connection to another. */
import { acknowledgement, one, page } from '../../answers';
import { del, get, post, put } from '../../operation';
import { Activated, CancelRequested } from '../shared-answers';
import { Activate } from '../shared-requests';
import { BulkSync, BulkSyncExecution, BulkSyncStatus } from './answers';
import { errorHandling } from './error-handling';
import { executions } from './executions';
import {
  BulkSyncBody,
  ListBulkSyncs,
  OlderBulkSyncBody,
  OlderStartBulkSync,
  RefreshSchemas,
  StartBulkSync,
} from './requests';
import { schedules } from './schedules';
import { schemas } from './schemas';
import { getDestination, getSource } from './source-and-destination';

/** Versions before it have no documented bulk syncs. */
const since = '2024-02-08';

/** Options of both ends, which depend on their connections. */
const configurations = ['source_configuration', 'destination_configuration'];
const secrets = { mixedAnswer: configurations };
const writeSecrets = { mixed: configurations, mixedAnswer: configurations };

/** Rows of `bulkSync.*`. */
export const bulkSync = {
  /** Newest change first. A page of exactly 50 without a token may have been cut. */
  list: get('/api/bulk/syncs', { query: ListBulkSyncs, answer: page(BulkSync), since, paging: 'prose', secrets }),
  /** Without `schemas` it syncs all of them. Refused until the schemas of the source connection are known. */
  create: post('/api/bulk/syncs', {
    body: BulkSyncBody,
    older: { until: '2024-02-08', body: OlderBulkSyncBody },
    answer: one(BulkSync),
    since,
    starts: true,
    needsSchemas: true,
    group: 'create',
    secrets: writeSecrets,
  }),
  /** Its configuration. How its runs went is in {@link bulkSync.getStatus} and {@link executions.get}. */
  get: get('/api/bulk/syncs/{id}', { query: RefreshSchemas, answer: one(BulkSync), since, secrets }),
  /** Replaces the whole sync: what is omitted is reset. `schemas`, when given, replaces the selection. */
  update: put('/api/bulk/syncs/{id}', {
    body: BulkSyncBody,
    older: { until: '2024-02-08', body: OlderBulkSyncBody },
    answer: one(BulkSync),
    since,
    secrets: writeSecrets,
  }),
  /** Cancels a run in progress first; the history goes too. */
  delete: del('/api/bulk/syncs/{id}', { query: RefreshSchemas, since }),
  /** Deactivating also cancels a run in progress. */
  activate: post('/api/bulk/syncs/{id}/activate', {
    body: Activate,
    answer: acknowledgement(Activated),
    since,
    group: 'run',
  }),
  /** Hits any run in progress, also one that somebody else started: prefer {@link executions.cancel}. */
  cancel: post('/api/bulk/syncs/{id}/cancel', {
    answer: acknowledgement(CancelRequested),
    since,
    group: 'all',
  }),
  /** 409 while a run is in progress, or while the key is in flight. */
  start: post('/api/bulk/syncs/{id}/executions', {
    body: StartBulkSync,
    older: { until: '2024-02-08', body: OlderStartBulkSync },
    answer: one(BulkSyncExecution),
    since,
    starts: true,
    group: 'run',
  }),
  /**
   * The run in progress, the last one, when the next is due, the ingestion of a CDC sync. Tell runs apart by id: when one
   * moves on from current to last is not documented.
   */
  getStatus: get('/api/bulk/syncs/{id}/status', { answer: one(BulkSyncStatus), since }),
  /** What bulk syncs can read from a connection: its schemas and, with `include_fields`, their fields. */
  getSource,
  /** How bulk syncs can write to a connection: its modes and resync modes. */
  getDestination,
  /** Runs of bulk syncs: their status, their ends, their logs. */
  executions,
  /** Which schemas a bulk sync reads, and how each of them. */
  schemas,
  /** The schedules of one bulk sync. */
  schedules,
  /** When a bulk sync counts as failed, and who is notified. Not part of the sync's own body. */
  errorHandling,
};
