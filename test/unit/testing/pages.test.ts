import { describe, expect, it } from '@jest/globals';
import createPage from '../../fixtures/pages/create-sync.json';
import statusPage from '../../fixtures/pages/get-sync-status.json';
import syncPage from '../../fixtures/pages/get-sync.json';
import bulkListPage from '../../fixtures/pages/list-bulk-syncs.json';
import listPage from '../../fixtures/pages/list-syncs.json';
import { emulate, send } from './support/emulator-client';

interface Page {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly version: string;
    readonly body?: unknown;
  };
}

const toCall = ({ request }: Page): string => `${request.method} ${request.path}`;

describe('the documented pages', () => {
  it('list syncs: a sync seeded with the documented fields is listed with exactly those', async () => {
    const emulator = await emulate({ seed: { modelSyncs: listPage.response.data } });
    const answer = await send(emulator, toCall(listPage), listPage.request);
    expect(answer.body).toEqual(listPage.response);
    const light = await send(emulator, toCall(listPage));
    expect(light.body.data).toMatchObject([{ name: 'Users Sync', target_object: 'Users', active: true }]);
  });

  it('get sync: a sync seeded with the documented fields is answered with exactly those', async () => {
    const emulator = await emulate({ seed: { modelSyncs: [syncPage.response.data] } });
    expect((await send(emulator, toCall(syncPage), syncPage.request)).body).toEqual(syncPage.response);
    expect((await send(emulator, toCall(syncPage))).body).toEqual(syncPage.response);
  });

  it('list bulk syncs: a sync seeded with the documented fields is listed with exactly those', async () => {
    const emulator = await emulate({ seed: { bulkSyncs: bulkListPage.response.data } });
    const answer = await send(emulator, toCall(bulkListPage), bulkListPage.request);
    expect(answer.body).toEqual(bulkListPage.response);
  });

  it.each([createPage.request.version, '2025-09-18'])(
    'create sync: the documented request is accepted in %s',
    async (version) => {
      const { connection_id: id } = createPage.request.body.target;
      const emulator = await emulate({ seed: { connections: [{ id }] } });
      const answer = await send(emulator, toCall(createPage), { ...createPage.request, version });
      // The page's example shows everything; what was not sent is not answered, and the passphrase never.
      const unset = ['identity', 'filter_logic', 'encryption_passphrase'];
      const documented = Object.keys(createPage.response.data).filter((name) => !unset.includes(name));
      expect(answer.status).toBe(200);
      expect(Object.keys(answer.body.data)).toEqual(expect.arrayContaining(documented));
      expect(answer.body.data).toMatchObject({
        name: 'Users Sync',
        active: true,
        schedule: {},
      });
    },
  );

  it.each([statusPage.request.version, '2025-09-18'])(
    'sync status: the documented run, created yet with completed_at, is told in %s',
    async (version) => {
      const { current_execution, next_execution_time } = statusPage.response.data;
      const seed = {
        id: current_execution.id,
        executions: [current_execution],
        nextExecutionTime: next_execution_time,
      };
      const emulator = await emulate({ seed: { modelSyncs: [seed] } });
      expect((await send(emulator, toCall(statusPage), { version })).body).toEqual(statusPage.response);
    },
  );
});
