/** The five documented pages, from their own examples through client and activity, on their own version and the newest. */
import { describe, expect, it } from '@jest/globals';
import type { PolytomicClient } from '../../../src';
import { createClient } from '../../../src';
import type { Seed } from '../../../src/testing';
import createPage from '../../fixtures/pages/create-sync.json';
import statusPage from '../../fixtures/pages/get-sync-status.json';
import syncPage from '../../fixtures/pages/get-sync.json';
import bulkListPage from '../../fixtures/pages/list-bulk-syncs.json';
import listPage from '../../fixtures/pages/list-syncs.json';
import { activitiesOnEmulator } from './support/activities-on-emulator';

const newest = '2025-09-18';
const versionsOf = ({ request: { version } }: { request: { version: string } }): string[] => [
  ...new Set([version, newest]),
];

type Call = (client: PolytomicClient) => Promise<unknown>;

/** One call of the client and the activity of the same operation, each against the same seed. */
async function bothWays(
  version: string,
  seed: Seed,
  { name, input, call }: { name: string; input: object; call: Call },
) {
  const { emulator, perform } = await activitiesOnEmulator({ emulator: { seed }, plugin: { apiVersion: version } });
  const { url, apiKey } = emulator;
  const fromClient = await call(createClient({ url, apiKey, apiVersion: version }));
  const fromActivity = await perform(name, input);
  const asked = emulator
    .requests()
    .map(({ method, path, headers }) => `${method} ${path} ${headers['x-polytomic-version']}`);
  return { fromClient, fromActivity, asked, emulator };
}

/**
 * As workflows get it: without passphrase, and with what a name in a configuration tells to be secret masked. The pages call
 * a field of theirs `key`.
 */
function withoutSecrets({ encryption_passphrase: _secret, ...sync }: Record<string, unknown>): object {
  return JSON.parse(
    JSON.stringify(sync).replaceAll('"configuration":{"key":"value"}', '"configuration":{"key":"[redacted]"}'),
  ) as object;
}
const twice = ({ request: { method, path } }: typeof listPage | typeof syncPage, version: string): string[] =>
  Array<string>(2).fill(`${method} ${path} ${version}`);

describe('the page "list syncs"', () => {
  it.each(versionsOf(listPage))(
    'is answered as documented in %s, to workflows without passphrases',
    async (version) => {
      const listed = await bothWays(
        version,
        { modelSyncs: listPage.response.data },
        { name: 'modelSync.list', input: {}, call: (client) => client.modelSync.list({}) },
      );
      const documented = listPage.response.data[0] ?? {};
      const { id, name, active } = documented as Record<string, unknown>;
      expect(listed.asked).toEqual(twice(listPage, version));
      expect(listed.fromClient).toMatchObject({ items: [version === newest ? { id, name, active } : documented] });
      expect(listed.fromActivity).toMatchObject({ items: [{ id, name, active }] });
      if (version !== newest) expect(listed.fromActivity).toEqual({ items: [withoutSecrets(documented)] });
    },
  );
});

describe('the page "get sync"', () => {
  it.each(versionsOf(syncPage))('is answered as documented in %s, to workflows without passphrase', async (version) => {
    const documented = syncPage.response.data;
    const { id } = documented;
    const got = await bothWays(
      version,
      { modelSyncs: [documented] },
      { name: 'modelSync.get', input: { id }, call: (client) => client.modelSync.get({ id }) },
    );
    expect(got.asked).toEqual(twice(syncPage, version));
    expect(got.fromClient).toEqual(documented);
    expect(got.fromActivity).toEqual(withoutSecrets(documented));
  });
});

describe('the page "list bulk syncs"', () => {
  it.each(versionsOf(bulkListPage))('is answered as documented in %s', async (version) => {
    const listed = await bothWays(
      version,
      { bulkSyncs: bulkListPage.response.data },
      { name: 'bulkSync.list', input: {}, call: (client) => client.bulkSync.list({}) },
    );
    expect(listed.fromClient).toEqual({ items: bulkListPage.response.data });
    expect(listed.fromActivity).toEqual({ items: bulkListPage.response.data });
  });
});

describe('the page "sync status"', () => {
  it.each(versionsOf(statusPage))('is answered as documented in %s', async (version) => {
    const { current_execution, next_execution_time: nextExecutionTime } = statusPage.response.data;
    const id = current_execution.id;
    const seed = { modelSyncs: [{ id, executions: [current_execution], nextExecutionTime }] };
    const call: Call = (client) => client.modelSync.getStatus({ id });
    const told = await bothWays(version, seed, { name: 'modelSync.getStatus', input: { id }, call });
    expect(told.fromClient).toEqual(statusPage.response.data);
    expect(told.fromActivity).toEqual(statusPage.response.data);
  });
});

describe('the page "create sync"', () => {
  it.each(versionsOf(createPage))(
    'is accepted as documented in %s, and answered without passphrase',
    async (version) => {
      const body = { ...createPage.request.body, mode: 'create' as const };
      const call: Call = (client) => client.modelSync.create(body);
      const connections = [{ id: body.target.connection_id }];
      const created = await bothWays(version, { connections }, { name: 'modelSync.create', input: body, call });
      const {
        identity: _unsent,
        encryption_passphrase: _kept,
        filter_logic: _unset,
        ...documented
      } = createPage.response.data;
      expect(Object.keys(created.fromClient as object)).toEqual(expect.arrayContaining(Object.keys(documented)));
      expect(created.fromActivity).toMatchObject({ ...body, active: true });
      expect(created.fromActivity).not.toHaveProperty('encryption_passphrase');
      expect(created.emulator.requests().map((request) => request.body)).toEqual([body, body]);
    },
  );
});
