/** Answers that do not come as `{ data }`, and requests that are not like the others. */
import { describe, expect, it } from '@jest/globals';
import { caught, scriptedClient } from './support/scripted-fetch';

const id = 'c1';

describe('an answer', () => {
  it('without an envelope is taken as it is, unknown fields too', async () => {
    const schema = { type: 'object', properties: { host: { type: 'string' } }, 'x-order': 1 };
    const { client } = scriptedClient([{ json: schema }, { json: { emails: null } }]);
    expect(await client.connections.getConnectionTypeSchema({ id })).toEqual(schema);
    expect((await client.notifications.getGlobalErrorSubscribers({})).emails ?? []).toEqual([]);
  });

  it('of 202 without a body tells the place to look at, where there is one', async () => {
    const { client } = scriptedClient([{ status: 202, headers: { Location: '/api/x/status' } }, { status: 202 }]);
    expect(await client.schemas.refresh({ id })).toEqual({ location: '/api/x/status' });
    expect(await client.schemas.resetPrimaryKeys({ connection_id: id, schema_id: 's' })).toEqual({});
  });

  it.each([
    ['https://app.polytomic.com/api/queries/q?page=p%202&x=1', 'p 2'],
    ['/api/queries/q?page=p2', 'p2'],
    ['?page=p2#top', 'p2'],
    ['/api/queries/q', undefined],
    ['', undefined],
    [null, undefined],
  ])('that links to %j goes on at page %j', async (next, page) => {
    const { client, sent } = scriptedClient([{ json: { data: { id: 'q', status: 'done' }, links: { next } } }]);
    const result = await client.queryRunner.getQuery({ id: 'q' });
    expect(result.nextPage).toBe(page);
    if (page) await client.queryRunner.getQuery({ id: 'q', page });
    expect(sent.at(-1)?.url.searchParams.get('page') ?? undefined).toBe(page);
  });

  it('with a job instead of the data, or beside it, has both where they were', async () => {
    const job = { job_id: 'j', type: 'createmodel', status: 'created' };
    const { client } = scriptedClient([{ json: { job } }, { json: { data: { id: 'm' }, job } }, { json: {} }]);
    const model = { name: 'n', connection_id: id, configuration: {} };
    expect(await client.models.create(model)).toEqual({ job });
    expect(await client.models.create(model)).toEqual({ id: 'm', job });
    expect(await caught(client.models.create(model))).toMatchObject({ code: 'UnexpectedResponse' });
  });

  it.each([[undefined], [null], [{}]])('of choices that are %j is an empty record', async (data) => {
    const { client } = scriptedClient([{ json: { data } }]);
    expect(await client.connections.getParameterValues({ id })).toEqual({});
  });
});

describe('a request', () => {
  it('keeps the slash at the end of its path', async () => {
    const { client, sent } = scriptedClient([{ json: { data: {} } }]);
    await client.connections.connect({ name: 'n', redirect_url: 'https://example.com' });
    expect(sent[0]?.url.pathname).toBe('/api/connections/connect/');
  });

  it('for a query carries it in the address, and an empty object as its body', async () => {
    const { client, sent } = scriptedClient([{ json: { data: { id: 'q' } } }]);
    await client.queryRunner.runQuery({ connection_id: id, query: 'select 1 + 1' });
    expect(sent[0]?.url.searchParams.get('query')).toBe('select 1 + 1');
    expect(sent[0]?.body).toBe('{}');
  });

  it.each([
    ['2023-04-25', 'PATCH'],
    ['2024-02-08', 'PUT'],
  ])('to update a connection is in %s a %s', async (apiVersion, method) => {
    const { client, sent } = scriptedClient([{ json: { data: {} } }], { apiVersion });
    await client.connections.update({ id, name: 'n', configuration: {} });
    expect(sent[0]?.method).toBe(method);
  });

  it('does not leave with a field that came later than the version asked for', async () => {
    const { client, sent } = scriptedClient([], { apiVersion: '2024-02-08' });
    const error = await caught(client.connections.connect({ name: 'n', redirect_url: 'r', ttl: 60 }));
    expect(error).toMatchObject({ code: 'InvalidRequest', issues: [{ field: 'ttl' }] });
    expect(sent).toEqual([]);
  });
});
