/** Model syncs: from models to the objects of a target. */
import { z } from 'zod';
import { acknowledgement, one, page } from '../../answers';
import { del, get, post, put } from '../../operation';
import { answer } from '../../shapes';
import { Activated, CancelRequested, ModelField, SourceMeta } from '../shared-answers';
import { Activate, SourceQuery } from '../shared-requests';
import { ListedModelSync, ModelSync, ModelSyncStatus, StartedModelSync } from './answers';
import { errorHandling } from './error-handling';
import { executions } from './executions';
import { ListSyncs, newSyncFields, StartSync, SyncBody } from './requests';
import { targets } from './targets';

const syncSecrets = ['encryption_passphrase'];

/** Options of the target, which depend on its connection. */
const configurations = ['target.configuration'];
const secrets = { answer: syncSecrets, mixedAnswer: configurations };
const writeSecrets = { request: syncSecrets, mixed: configurations, ...secrets };

const ScheduleOptions = answer(() => ({
  schedule_options: z.array(
    answer(() => ({
      frequency: z.string(),
      label: z.string(),
      description: z.string(),
      configuration: z.unknown(),
    }))(),
  ),
}));

/** Rows of `modelSync.*`. */
export const modelSync = {
  /** What a model can read from a connection. `params` narrow it, as in `{ table: ['users'] }`. */
  getSource: get('/api/connections/{id}/modelsync/source', {
    query: SourceQuery,
    answer: one(SourceMeta),
    since: '2024-02-08',
  }),
  /** The fields of what `params` name, as a model would have them. */
  getSourceFields: get('/api/connections/{id}/modelsync/source/fields', {
    query: SourceQuery,
    answer: page(ModelField),
    since: '2024-02-08',
  }),
  /** Newest change first, so a walk can meet a row twice. Older versions answer whole syncs, passphrases included. */
  list: get('/api/syncs', {
    query: ListSyncs,
    answer: page(ListedModelSync),
    paging: 'token',
    proseUntil: '2024-02-08',
    secrets,
  }),
  /** Check the answer's `problems` before a start. */
  create: post('/api/syncs', {
    body: SyncBody,
    answer: one(ModelSync),
    fieldsSince: newSyncFields,
    starts: true,
    group: 'create',
    secrets: writeSecrets,
  }),
  /** What a schedule can be. Prose calls its field `type`; `create` and `update` take `frequency`. */
  getScheduleOptions: get('/api/syncs/schedules', { answer: one(ScheduleOptions) }),
  /** The whole sync, with its `problems` in version `2025-09-18`. */
  get: get('/api/syncs/{id}', { answer: one(ModelSync), secrets }),
  /** Replaces the whole sync: what is omitted is reset. Its verb was `PATCH`; give the whole sync there too. */
  update: put('/api/syncs/{id}', {
    body: SyncBody,
    answer: one(ModelSync),
    older: { until: '2023-04-25', method: 'PATCH' },
    fieldsSince: newSyncFields,
    secrets: writeSecrets,
  }),
  /** Cancels a run in progress first. */
  delete: del('/api/syncs/{id}'),
  /** Does not cancel a run in progress; activating may start one at once. */
  activate: post('/api/syncs/{id}/activate', { body: Activate, answer: acknowledgement(Activated), group: 'run' }),
  /** Hits any run in progress, also one that somebody else started: prefer {@link executions.cancel}. */
  cancel: post('/api/syncs/{id}/cancel', {
    answer: acknowledgement(CancelRequested),
    since: '2024-02-08',
    group: 'all',
  }),
  /** 409 is ambiguous: the key is still in flight, or a run is in progress. An inactive sync does not run. */
  start: post('/api/syncs/{id}/executions', {
    body: StartSync,
    fieldsSince: { source_identities: '2025-09-18' },
    answer: one(StartedModelSync),
    starts: true,
    group: 'run',
  }),
  /**
   * The run in progress, the last one, and when the next is due. Tell runs apart by id: when one moves on from current to
   * last is not documented.
   */
  getStatus: get('/api/syncs/{id}/status', { answer: one(ModelSyncStatus) }),
  /** Runs of model syncs: their status, their ends, their logs. */
  executions,
  /** What model syncs can write to: objects of a connection and their fields. */
  targets,
  /** What a model sync does about failed records, and who is notified. Not part of the sync's own body. */
  errorHandling,
};
