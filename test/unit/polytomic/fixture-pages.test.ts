/** The examples of five documented pages, each as its own version and the newest serve it. */
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolytomicClient } from '../../../src/polytomic/client';
import { redact } from '../../../src/polytomic/redact';
import { operations } from '../../../src/polytomic/operations';
import { scriptedClient } from './support/scripted-fetch';

interface Fixture {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly version: string;
    readonly body?: unknown;
  };
  readonly response: { readonly data: unknown };
}

const read = (name: string): Fixture =>
  JSON.parse(readFileSync(join(__dirname, '../../fixtures/pages', `${name}.json`), 'utf8')) as Fixture;
const id = '248df4b7-aa70-47b8-a036-33ac447e668d';

/** Calls the page's operation; a list gives its items. */
const calls: Record<string, (client: PolytomicClient, body: unknown) => Promise<unknown>> = {
  'list-syncs': async (client) => (await client.modelSync.list({})).items,
  'get-sync': (client) => client.modelSync.get({ id }),
  'list-bulk-syncs': async (client) => (await client.bulkSync.list({})).items,
  'create-sync': (client, body) => client.modelSync.create(body as never),
  'get-sync-status': (client) => client.modelSync.getStatus({ id }),
};

const cases = Object.keys(calls).flatMap((name) =>
  [...new Set([read(name).request.version, '2025-09-18'])].map((version): [string, string] => [name, version]),
);

describe('the documented page', () => {
  it.each(cases)('%s is asked for and read as it stands, in version %s', async (name, apiVersion) => {
    const { request, response } = read(name);
    const { client, sent, warnings } = scriptedClient([{ json: response }], { apiVersion });
    expect(await calls[name]?.(client, request.body)).toEqual(response.data);
    expect(`${sent[0]?.method} ${sent[0]?.url.pathname}`).toBe(`${request.method} ${request.path}`);
    expect(sent[0]?.body && JSON.parse(sent[0].body)).toEqual(request.body);
    expect(warnings).toEqual([]);
  });

  it('of a list of whole syncs loses its passphrases when redacted', async () => {
    const { client } = scriptedClient([{ json: read('list-syncs').response }], { apiVersion: '2022-12-12' });
    const page = await client.modelSync.list({});
    expect(JSON.stringify(page)).toContain('encryption_passphrase');
    expect(JSON.stringify(redact(operations.modelSync.list, page))).not.toContain('encryption_passphrase');
  });
});
