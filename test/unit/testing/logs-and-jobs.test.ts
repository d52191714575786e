import { describe, expect, it } from '@jest/globals';
import { emulate, send } from './support/emulator-client';

describe('logs', () => {
  it('of a model run are indexed once it has ended, and lead to signed URLs', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync({ script: 'completedWithErrors' });
    const path = `/api/syncs/${id}/executions/${emulator.startRun(id)}`;
    expect((await send(emulator, `GET ${path}/logs`)).body.data).toEqual({});
    emulator.clock.advance(1_000);
    expect((await send(emulator, `GET ${path}/logs`)).body.data).toMatchObject({
      errors: { count: 2, url: `${emulator.url}${path}/errors` },
      inserts: { count: 8 },
    });
    expect((await send(emulator, `GET ${path}/errors`)).body.data).toMatchObject({
      urls: [expect.stringContaining('signature=')],
    });
    expect((await send(emulator, `GET ${path}/deletes`)).body.data).toMatchObject({ urls: null });
    expect((await send(emulator, `GET ${path}/secrets`)).status).toBe(400);
    const file = await send(emulator, `GET ${path}/errors/log.csv`);
    expect([file.status, file.text, file.headers.get('location')]).toEqual([
      302,
      '',
      expect.stringContaining('signature='),
    ]);
  });

  it('of a bulk run are exported by a job that ends in time', async () => {
    const emulator = await emulate();
    const { id } = emulator.addBulkSync();
    const path = `/api/bulk/syncs/${id}/executions/${emulator.startRun(id)}/logs`;
    expect((await send(emulator, `GET ${path}`)).body.data).toMatchObject({ URLs: [expect.any(String)] });
    const { job } = (await send(emulator, `POST ${path}/export?notify=false`)).body;
    const poll = async (type: string) => send(emulator, `GET /api/jobs/${type}/${job?.job_id}`);
    expect((await poll('exportlogs')).body.data).toEqual({ ...job, status: 'created' });
    emulator.clock.advance(500);
    expect((await poll('exportlogs')).body.data).toMatchObject({ status: 'running' });
    emulator.clock.advance(500);
    expect((await poll('exportlogs')).body.data).toMatchObject({ status: 'done', result: { url: expect.any(String) } });
    expect([(await poll('createmodel')).status, (await poll('guess')).status]).toEqual([404, 400]);
  });

  it('of the console are read by cursor', async () => {
    const emulator = await emulate();
    const { id } = emulator.addModelSync();
    const path = `/api/syncs/${id}/executions/${emulator.startRun(id)}/consolelog`;
    emulator.clock.advance(1_000);
    const first = (await send(emulator, `GET ${path}?limit=2`)).body.data;
    expect(first.entries).toMatchObject([{ message: 'status created' }, { message: 'status running' }]);
    const rest = (await send(emulator, `GET ${path}?after=${String(first.next_cursor)}`)).body.data;
    expect(rest).toMatchObject({ entries: [{ message: 'status completed' }], next_cursor: null });
  });
});
