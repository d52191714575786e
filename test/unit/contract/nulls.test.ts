/** Fields of a model sync that the documented pages allow to be null: they leave as they are, and mean what an absence means. */
import { expect, it } from '@jest/globals';
import { createClient } from '../../../src/polytomic/client';
import { apiVersions } from '../../../src/polytomic/versions';
import { startEmulator } from '../../../src/testing';

const nulls = {
  filters: null,
  override_fields: null,
  overrides: null,
  policies: null,
  organization_id: null,
  encryption_passphrase: null,
};

it.each(apiVersions)('%s: a model sync is created and updated with every one of them null', async (apiVersion) => {
  const emulator = await startEmulator();
  try {
    const client = createClient({ apiKey: emulator.apiKey, url: emulator.url, apiVersion });
    const sync = {
      name: 'All null',
      mode: 'create' as const,
      fields: [{ target: 'email' }],
      schedule: {},
      target: { connection_id: String(emulator.addConnection().id), object: 'contacts' },
      ...nulls,
    };
    const id = String((await client.modelSync.create(sync)).id);
    await client.modelSync.update({ ...sync, id, name: 'Still all null' });
    expect((await client.modelSync.get({ id })).name).toBe('Still all null');
    const bodies = emulator.requests().filter(({ method }) => method !== 'GET');
    expect(bodies.map(({ body }) => body)).toEqual([expect.objectContaining(nulls), expect.objectContaining(nulls)]);
  } finally {
    await emulator.close();
  }
});
