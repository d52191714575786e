import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PolytomicError } from '../../../src/polytomic/errors';
import { caught, scriptedClient } from './support/scripted-fetch';

const id = 'sync-1';

describe('an answer', () => {
  it('comes without its envelope, with unknown fields and unknown statuses kept', async () => {
    const data = { id: 'e1', status: 'pondering', counts: { total: 3, parked: 1 }, mood: 'fine' };
    const { client } = scriptedClient([{ json: { data } }]);
    expect(await client.modelSync.executions.get({ sync_id: id, id: 'e1' })).toEqual(data);
  });

  it('treats null and absent fields alike', async () => {
    const data = { id: 'e1', status: 'running', completed_at: null, schemas: null };
    const { client } = scriptedClient([{ json: { data } }]);
    const execution = await client.bulkSync.executions.get({ id, exec_id: 'e1' });
    expect(execution.completed_at ?? undefined).toBeUndefined();
    expect(execution.started_at ?? undefined).toBeUndefined();
    expect(execution.schemas ?? []).toEqual([]);
  });

  it.each([
    ['null data', { data: null }],
    ['no data', {}],
    ['an empty list', { data: [], pagination: { next_page_token: '' } }],
    ['null paging', { data: [], pagination: null }],
  ])('with %s is an empty page', async (_what, json) => {
    const { client } = scriptedClient([{ json }]);
    expect(await client.modelSync.list({})).toEqual({ items: [] });
  });

  it('of a list holds the items and the token of the next page', async () => {
    const { client } = scriptedClient([{ json: { data: [{ id: 'a' }], pagination: { next_page_token: 't' } } }]);
    expect(await client.modelSync.list({})).toEqual({ items: [{ id: 'a' }], nextPageToken: 't' });
  });

  it('of a list of targets also holds what stands beside the list', async () => {
    const { client } = scriptedClient([{ json: { data: [{ id: 'contact' }], target_creation: { supported: true } } }]);
    const targets = await client.modelSync.targets.list({ id: 'c' });
    expect(targets).toEqual({ items: [{ id: 'contact' }], target_creation: { supported: true } });
  });

  it.each([
    ['the job alone', { job: { job_id: 'j' } }, { job: { job_id: 'j' } }],
    ['the address alone', { data: { url: 'u' } }, { url: 'u' }],
    ['both', { data: { url: 'u' }, job: { job_id: 'j' } }, { url: 'u', job: { job_id: 'j' } }],
  ])('of an export may hold %s', async (_what, json, expected) => {
    const { client } = scriptedClient([{ json }]);
    expect(await client.bulkSync.executions.exportLogs({ sync_id: id, execution_id: 'e' })).toEqual(expected);
  });

  it('of an export that holds neither is not understood', async () => {
    const { client } = scriptedClient([{ json: { job: null } }]);
    const error = await caught(client.bulkSync.executions.exportLogs({ sync_id: id, execution_id: 'e' }));
    expect(error).toMatchObject({ code: 'UnexpectedResponse' });
  });

  it.each([
    ['an empty body', {}],
    ['no data', { json: {} }],
    ['null data', { json: { data: null } }],
  ])('of a cancel may be %s', async (_what, scripted) => {
    const { client } = scriptedClient([scripted]);
    expect(await client.bulkSync.cancel({ id })).toEqual({});
  });

  it('of a delete is nothing', async () => {
    const { client } = scriptedClient([{ status: 204 }]);
    expect(await client.bulkSync.delete({ id })).toBeUndefined();
  });

  it('of a log file is the signed place that the redirect points to', async () => {
    const location = 'https://storage.example/log?signature=s';
    const { client } = scriptedClient([{ status: 302, headers: { location } }, { json: { data: { url: location } } }]);
    const input = { sync_id: id, id: 'e', type: 'errors', filename: 'f.csv' };
    expect(await client.modelSync.executions.getLogs(input)).toEqual({ location });
    expect(await client.modelSync.executions.getLogs(input)).toEqual({ location });
  });
});

describe('an answer that is not understood', () => {
  it.each([
    ['a page of HTML', { text: '<html>login</html>' }, 'not with JSON'],
    ['half of a JSON text', { text: '{"data":{"id":"e' }, 'not with JSON'],
    ['nothing', {}, 'another shape'],
    ['null data', { json: { data: null } }, 'data'],
    ['a list in the place of an object', { json: { data: [] } }, 'data'],
    ['a number for an id', { json: { data: { id: 7 } } }, 'data.id'],
    ['a text for a list', { json: { data: { id: 'e', errors: 'none' } } }, 'data.errors'],
  ])('is told as such: %s', async (_what, scripted, told) => {
    const { client } = scriptedClient([scripted]);
    const error = await caught(client.modelSync.executions.get({ sync_id: id, id: 'e' }));
    expect(error).toMatchObject({ code: 'UnexpectedResponse', answered: true, status: 200 });
    expect((error as Error).message).toContain(told);
  });

  it('is told for operations without an answer too, so that a login page is no deleted sync', async () => {
    const { client } = scriptedClient([{ text: '<html>login</html>' }]);
    expect(await caught(client.modelSync.delete({ id }))).toMatchObject({ code: 'UnexpectedResponse' });
  });

  it('does not show the values it holds', async () => {
    const { client } = scriptedClient([{ json: { data: { id, encryption_passphrase: ['s3cr3t-phrase'] } } }]);
    const error = await caught(client.modelSync.get({ id }));
    expect(String(error)).toContain('data.encryption_passphrase');
    expect(String(error)).not.toContain('s3cr3t');
  });
});

describe('whatever arrives with a 200', () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((json) => `{"data":${json}}`),
  );

  it('gives a value or one error that says it was not understood', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (body) => {
        const { client } = scriptedClient([{ text: body }]);
        const calls = [
          client.bulkSync.executions.list({ id }),
          client.modelSync.getStatus({ id }),
          client.bulkSync.cancel({ id }),
        ];
        for (const settled of await Promise.allSettled(calls)) {
          if (settled.status === 'fulfilled') expect(settled.value).toEqual(expect.any(Object));
          else expect(settled.reason).toMatchObject({ code: 'UnexpectedResponse', answered: true });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a refusal longer than what is read of one', () => {
  it.each([
    ['application/json; charset=utf-8', true],
    ['application/problem+json', true],
    ['text/html', false],
    ['', false],
  ])('of type "%s" is the API\'s own: %s', async (type, fromApi) => {
    const headers: Record<string, string> = type ? { 'Content-Type': type } : {};
    const { client } = scriptedClient([{ status: 400, json: { message: 'x'.repeat(100_000) }, headers }]);
    expect(await caught(client.modelSync.start({ id }))).toMatchObject({ code: 'Rejected', status: 400, fromApi });
  });
});

describe('the echoed version', () => {
  it('that differs is an error which still holds what was read', async () => {
    const json = { data: { id: 'e1', status: 'created' } };
    const { client } = scriptedClient([{ json, headers: { 'X-Polytomic-Version': '2024-02-08' } }]);
    const error = await caught(client.modelSync.start({ id }));
    expect(error).toMatchObject({ code: 'UnexpectedResponse', answered: true });
    expect((error as PolytomicError).decoded).toEqual(json.data);
    expect(JSON.stringify(error)).not.toContain('e1');
  });

  it('that quotes the key is not shown, however little of it is', async () => {
    const apiKey = 'key-of-forty-characters-0123456789abcdef';
    const answer = { json: { data: {} }, headers: { 'X-Polytomic-Version': apiKey } };
    const { client } = scriptedClient([answer], { apiKey });
    expect(String(await caught(client.modelSync.get({ id })))).not.toContain(apiKey.slice(0, 12));
  });

  it('that is missing is one warning, however many answers lack it', async () => {
    const { client, warnings } = scriptedClient([{ json: { data: [] }, headers: { 'X-Polytomic-Version': '' } }]);
    await client.connections.list({});
    await client.connections.list({});
    expect(warnings).toEqual([expect.stringContaining('2025-09-18')]);
  });

  it('of a refusal does not matter', async () => {
    const { client, warnings } = scriptedClient([{ status: 404, headers: { 'X-Polytomic-Version': '2024-02-08' } }]);
    expect(await caught(client.modelSync.get({ id }))).toMatchObject({ code: 'NotFound' });
    expect(warnings).toEqual([]);
  });
});

describe('onAnswer', () => {
  it('is told of answers and refusals alike', async () => {
    const headers = { date: 'Sun, 22 Nov 2026 12:00:00 GMT', 'x-request-id': 'r-1' };
    const { client } = scriptedClient([{ json: { data: { id } }, headers }, { status: 503 }]);
    const told: unknown[] = [];
    const onAnswer = (meta: unknown): unknown => told.push(meta);
    await client.modelSync.get({ id }, { onAnswer });
    await caught(client.modelSync.get({ id }, { onAnswer }));
    expect(told).toEqual([
      { status: 200, date: headers.date, version: '2025-09-18', requestId: 'r-1' },
      { status: 503, version: '2025-09-18' },
    ]);
  });
});
