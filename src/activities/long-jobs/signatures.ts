/** Signatures of the activities that do long work: each starts it, and answers when it is done. */
import type { LogDownload, LogDownloadInput, LogFiles } from '../../contracts/log-files';
import type { OperationActivities } from '../operations';

type Operation = (input: never) => Promise<unknown>;
/** `async` is ours to give: without it the work has to be done within one request. */
type InputOf<A extends Operation> = Omit<Parameters<A>[0], 'async'>;
type AnswerOf<A extends Operation> = Omit<Awaited<ReturnType<A>>, 'job'>;

/** What became of a model. `jobId` is null where Polytomic did the work at once. */
export interface ModelDone {
  /** Polytomic's id of the job; null where it did the work at once. */
  jobId: string | null;
  /** Without its configuration, which can hold secrets. */
  model: AnswerOf<OperationActivities['models']['get']>;
}

/** Records of a customer: they stay in the history. */
export type SampleDone = AnswerOf<OperationActivities['models']['sample']> & {
  /** Polytomic's id of the job; null where it did the work at once. */
  jobId: string | null;
};

/** The first page of a query's result. `nextPage` is to be given to `queryRunner.getQuery` as `page`, with `id`. */
export type QueryDone = Awaited<ReturnType<OperationActivities['queryRunner']['getQuery']>>;

/** How a connection's schemas stand after a refresh. */
export type SchemasRefreshed = Awaited<ReturnType<OperationActivities['schemas']['getStatus']>>;

/** An export of a bulk run's logs. */
export interface LogsExported extends LogFiles {
  /** Polytomic's id of the job; null where it did the work at once. */
  jobId: string | null;
}

/**
 * Long work: each activity starts it once, heartbeats until it is done and goes on with the same work in its next try, at
 * another worker too. Inputs are those of the operation that starts it.
 */
export interface JobActivities {
  /** `models.create` in the background. Where an answer is lost, a model of that name created since is taken for ours. */
  readonly createModel: (input: InputOf<OperationActivities['models']['create']>) => Promise<ModelDone>;
  /** `models.update` in the background. */
  readonly updateModel: (input: InputOf<OperationActivities['models']['update']>) => Promise<ModelDone>;
  /** `models.preview` in the background: saves nothing. */
  readonly previewModel: (input: InputOf<OperationActivities['models']['preview']>) => Promise<ModelDone>;
  /** `models.sample` in the background, beyond the ten seconds that Polytomic gives it otherwise. */
  readonly sampleModel: (input: InputOf<OperationActivities['models']['sample']>) => Promise<SampleDone>;
  /** `queryRunner.runQuery`, to its first page of results. What Polytomic says of a query that fails is not told: it quotes it. */
  readonly runQuery: (input: InputOf<OperationActivities['queryRunner']['runQuery']>) => Promise<QueryDone>;
  /** `schemas.refresh`, until Polytomic has read the schemas anew. */
  readonly refreshSchemas: (input: InputOf<OperationActivities['schemas']['refresh']>) => Promise<SchemasRefreshed>;
  /** `bulkSync.executions.exportLogs`; the export goes to the place that the operator gave, if any. */
  readonly exportLogs: (
    input: InputOf<OperationActivities['bulkSync']['executions']['exportLogs']>,
  ) => Promise<LogsExported>;
  /** The log files of a run, to the place that the operator gave. */
  readonly downloadLogs: (input: LogDownloadInput) => Promise<LogDownload>;
}
