/** Workflows as users write them, that have Polytomic do long work. */
import type { JobActivities } from '../../../src/activities/long-jobs/signatures';
import { polytomicActivities, type LogDownload, type LogDownloadInput, type RequestInput } from '../../../src/workflow';

export * from '../../../src/workflows';

const polytomic = polytomicActivities({ startToCloseTimeout: '1 minute', heartbeatTimeout: '2 seconds' });

/** A model from its preview to its sample. */
export async function makeModel(connectionId: string): Promise<{ id: string; records: unknown; fields: unknown }> {
  const configuration = { table: 'public.users' };
  const wanted = { name: 'Users', connection_id: connectionId, configuration };
  const preview = await polytomic.jobs.previewModel(wanted);
  const { model } = await polytomic.jobs.createModel(wanted);
  const id = model.id ?? '';
  await polytomic.jobs.updateModel({ ...wanted, id, name: 'All users' });
  const { records } = await polytomic.jobs.sampleModel({ id });
  return { id, records, fields: preview.model.fields };
}

/** Runs a query to its last page. */
export async function runWholeQuery(
  input: Parameters<JobActivities['runQuery']>[0],
): Promise<{ rows: unknown[]; count?: number | null }> {
  let page = await polytomic.jobs.runQuery(input);
  const rows = [...(page.results ?? [])];
  while (page.id && page.nextPage !== undefined) {
    page = await polytomic.queryRunner.getQuery({ id: page.id, page: page.nextPage });
    rows.push(...(page.results ?? []));
  }
  return { rows, count: page.count };
}

/** Answers whether the schemas were read anew. */
export async function refreshConnection(id: string): Promise<boolean> {
  const before = await polytomic.schemas.getStatus({ id });
  const after = await polytomic.jobs.refreshSchemas({ id });
  return after.last_refresh_finished !== before.last_refresh_finished;
}

/** The logs of a run, and of a bulk sync's run also as an export. */
export async function keepLogs(input: LogDownloadInput): Promise<LogDownload[]> {
  const files = await polytomic.jobs.downloadLogs(input);
  if (input.kind === 'model') return [files];
  return [files, await polytomic.jobs.exportLogs({ sync_id: input.syncId, execution_id: input.executionId })];
}

/** Any call. */
export async function callAny(input: RequestInput): Promise<unknown> {
  return polytomic.request(input);
}

/** A bulk sync by the operations themselves, and the ids of its schemas. */
export async function makeBulkSync(
  sync: Parameters<typeof polytomic.bulkSync.create>[0],
): Promise<{ id: string; schemas: (string | null | undefined)[] }> {
  const { id } = await polytomic.bulkSync.create(sync);
  const { items } = await polytomic.bulkSync.schemas.list({ id: id ?? '' });
  return { id: id ?? '', schemas: items.map((schema) => schema.id) };
}
