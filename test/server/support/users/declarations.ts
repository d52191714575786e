/**
 * Never run, only compiled: each mistake in it must be refused. A declaration that loses a file or an import becomes `any`
 * without a word under `skipLibCheck`, and `any` refuses nothing.
 */
import { createClient, PolytomicPlugin, type Duration } from 'temporal-polytomic';
import { startEmulator } from 'temporal-polytomic/testing';
import { failureTypes, polytomicActivities, runModelSync, type SyncRunResult } from 'temporal-polytomic/workflow';
import { runBulkSync } from 'temporal-polytomic/workflows';

// @ts-expect-error No such option.
export const plugin = new PolytomicPlugin({ apikey: 'key' });
// @ts-expect-error No duration.
export const duration: Duration = true;
// @ts-expect-error An id is a text.
export const get = createClient({ apiKey: 'key' }).modelSync.get({ id: 1 });
// @ts-expect-error No such outcome.
export const outcome: SyncRunResult['outcome'] = 'finished';
// @ts-expect-error No such field.
export const inline = runModelSync({ sync_id: 'id' });
// @ts-expect-error An id is a text.
export const started = runBulkSync({ syncId: 1 });
// @ts-expect-error Activities need a timeout of a known unit.
export const activities = polytomicActivities({ startToCloseTimeout: '1 blink' });
// @ts-expect-error Another type's name.
export const failureType: 'polytomic.NotFound' = failureTypes.SyncFailed;
// @ts-expect-error A port is a number.
export const emulator = startEmulator({ port: '4600' });

const { jobs, request } = polytomicActivities({ startToCloseTimeout: '1 minute' });
// @ts-expect-error A query is a text.
export const query = jobs.runQuery({ connection_id: 'id', query: 1 });
// @ts-expect-error No such kind.
export const logs = jobs.downloadLogs({ kind: 'both', syncId: 'id', executionId: 'id' });
// @ts-expect-error No such method.
export const any = request({ method: 'FETCH', path: '/api/me' });
