/** `client.request`: what has no method of its own. */
import { describe, expect, it } from '@jest/globals';
import type { RawRequest } from '../../../src/polytomic/client';
import { caught, scriptedClient } from './support/scripted-fetch';

describe('client.request', () => {
  it('answers the whole JSON of a call below /api/', async () => {
    const { client, sent } = scriptedClient([{ json: { data: { id: 'h1' }, other: 1 } }]);
    const answer = await client.request({ method: 'POST', path: '/api/harbors/', body: { name: 'H' } });
    expect(answer).toEqual({ data: { id: 'h1' }, other: 1 });
    expect(sent[0]).toMatchObject({ method: 'POST', body: '{"name":"H"}' });
    expect(sent[0]?.url.href).toBe('https://app.polytomic.com/api/harbors/');
  });

  it('tells in its errors the path, yet nothing that the request carried', async () => {
    const { client } = scriptedClient([{ status: 422, json: { message: 'no "one-secret" nor two-secret' } }]);
    const request: RawRequest = { method: 'PUT', path: '/api/x/7', query: { q: 'one-secret' }, body: ['two-secret'] };
    const error = await caught(client.request(request));
    expect(error).toMatchObject({ code: 'Rejected', operation: 'request', method: 'PUT', path: '/api/x/7' });
    expect(String(error)).toContain('no "[redacted]" nor [redacted]');
  });

  it('aborts reads only', async () => {
    const { client, sent } = scriptedClient([{ json: {} }]);
    const signal = AbortSignal.abort(new Error('cancelled'));
    expect(await caught(client.request({ method: 'GET', path: '/api/x' }, { signal }))).toBe(signal.reason);
    await client.request({ method: 'POST', path: '/api/x' }, { signal });
    expect(sent).toHaveLength(1);
  });

  it.each([null, undefined, 'GET /api/x', {}])('refuses %j by the names of what is missing', async (input) => {
    const { client } = scriptedClient([]);
    const error = await caught(client.request(input as RawRequest));
    expect(error).toMatchObject({ code: 'InvalidRequest', issues: [{ field: 'method' }, { field: 'path' }] });
  });
});
