import { describe, expect, it } from '@jest/globals';
import { pages, type WalkedPage } from '../../../src/polytomic/pages';
import { caught, scriptedClient, type Scripted } from './support/scripted-fetch';

const rows = (from: number, count: number): { id: string }[] =>
  Array.from({ length: count }, (_item, index) => ({ id: `row-${from + index}` }));
const page = (data: unknown, token?: string): Scripted => ({
  json: { data, ...(token && { pagination: { next_page_token: token } }) },
});

async function walk<T>(
  walked: AsyncIterable<WalkedPage<T>>,
): Promise<{ items: T[]; complete?: boolean; pages: number }> {
  const found: { items: T[]; complete?: boolean; pages: number } = { items: [], pages: 0 };
  for await (const { items, complete } of walked) {
    found.items.push(...items);
    found.complete = complete;
    found.pages += 1;
  }
  return found;
}

describe('a walk over a list with tokens', () => {
  it('sends each token it was given, with the rest of the input, until there is none', async () => {
    const { client, sent } = scriptedClient([page(rows(0, 2), 'a'), page(rows(2, 2), 'b'), page(rows(4, 1))]);
    const found = await walk(pages(client.modelSync.list, { active: true, limit: 2 }));
    expect(found).toEqual({ items: rows(0, 5), complete: true, pages: 3 });
    expect(sent.map(({ url }) => Object.fromEntries(url.searchParams))).toEqual([
      { active: 'true', limit: '2' },
      { active: 'true', limit: '2', page_token: 'a' },
      { active: 'true', limit: '2', page_token: 'b' },
    ]);
  });

  it('asks for less of a page that is larger than the client takes, until it fits', async () => {
    const whole = { json: { data: rows(0, 50), more: 'x'.repeat(2_000) } };
    const script = [whole, whole, page(rows(0, 12), 'a'), page(rows(12, 3))];
    const { client, sent } = scriptedClient(script, { maxAnswerBytes: 1_000 });
    const found = await walk(pages(client.modelSync.list, {}));
    expect(found).toEqual({ items: rows(0, 15), complete: true, pages: 2 });
    expect(sent.map(({ url }) => url.search)).toEqual(['', '?limit=25', '?limit=12', '?page_token=a&limit=12']);
  });

  it('fails where one row alone is too large, or the list takes no limit', async () => {
    const whole = { json: { data: rows(0, 1), more: 'x'.repeat(2_000) } };
    const { client, sent } = scriptedClient([whole], { maxAnswerBytes: 1_000 });
    expect(await caught(walk(pages(client.modelSync.list, { limit: 2 })))).toMatchObject({ code: 'TooLarge' });
    expect(sent.map(({ url }) => url.search)).toEqual(['?limit=2', '?limit=1']);
    expect(await caught(walk(pages(client.users.list, { org_id: 'o1' })))).toMatchObject({ code: 'TooLarge' });
    expect(sent).toHaveLength(3);
  });

  it('shows no row twice, although a row that changed moves to another page', async () => {
    const { client } = scriptedClient([page(rows(0, 3), 'a'), page(rows(2, 3))]);
    expect((await walk(pages(client.modelSync.list, {}))).items).toEqual(rows(0, 5));
  });

  it('shows no row twice that one page repeats', async () => {
    const { client } = scriptedClient([
      page([...rows(0, 3), ...rows(1, 1)], 'a'),
      page([...rows(3, 2), ...rows(3, 2)]),
    ]);
    expect(await walk(pages(client.modelSync.list, {}))).toEqual({ items: rows(0, 5), complete: true, pages: 2 });
  });

  it('is complete with exactly 50 rows and no token', async () => {
    const { client } = scriptedClient([page(rows(0, 50))]);
    expect(await walk(pages(client.modelSync.list, {}))).toMatchObject({ complete: true, pages: 1 });
  });

  it('ends, unproved, when the server ignores the token and repeats the page', async () => {
    const { client, sent } = scriptedClient([page(rows(0, 50), 'a'), page(rows(0, 50), 'b')]);
    expect(await walk(pages(client.modelSync.list, {}))).toMatchObject({ items: rows(0, 50), complete: false });
    expect(sent).toHaveLength(2);
  });

  it('ends, unproved, when a token comes back', async () => {
    const { client, sent } = scriptedClient([page(rows(0, 1), 'a'), page(rows(1, 1), 'b'), page([], 'a')]);
    expect(await walk(pages(client.modelSync.list, {}))).toMatchObject({ items: rows(0, 2), complete: false });
    expect(sent).toHaveLength(3);
  });

  it('goes on over a page that is empty but not the last', async () => {
    const { client } = scriptedClient([page(null, 'a'), page(rows(0, 1))]);
    expect(await walk(pages(client.modelSync.executions.list, { sync_id: 's' }))).toMatchObject({
      items: rows(0, 1),
      complete: true,
    });
  });

  it('keeps rows without an id', async () => {
    const { client } = scriptedClient([page([{ name: 'x' }, { name: 'x' }])]);
    expect((await walk(pages(client.modelSync.list, {}))).items).toHaveLength(2);
  });

  it('stops asking when its reader stops reading', async () => {
    const { client, sent } = scriptedClient([page(rows(0, 1), 'a'), page(rows(1, 1), 'b')]);
    for await (const { items } of pages(client.modelSync.list, {})) if (items.length > 0) break;
    expect(sent).toHaveLength(1);
  });

  it('throws what a call throws', async () => {
    const { client } = scriptedClient([page(rows(0, 1), 'a'), { status: 500 }]);
    expect(await caught(walk(pages(client.modelSync.list, {})))).toMatchObject({ code: 'Unavailable' });
  });
});

describe('a walk over a list whose tokens are promised in prose only', () => {
  it.each([
    [49, {}, true],
    [50, {}, false],
    [51, {}, false],
    [10, { limit: 10 }, false],
    [9, { limit: 10 }, true],
    [50, { limit: 100 }, false],
  ])('of %i rows without a token, asked with %j, is complete: %s', async (count, input, complete) => {
    const { client } = scriptedClient([page(rows(0, count))]);
    expect((await walk(pages(client.bulkSync.list, input))).complete).toBe(complete);
  });

  it('uses the tokens where the server gives them', async () => {
    const { client, sent } = scriptedClient([page(rows(0, 50), 'a'), page(rows(50, 1))]);
    expect(await walk(pages(client.bulkSync.list, {}))).toMatchObject({ items: rows(0, 51), complete: true });
    expect(sent[1]?.url.search).toBe('?page_token=a');
  });

  it('concerns model syncs in older versions', async () => {
    const { client } = scriptedClient([page(rows(0, 50))], { apiVersion: '2022-12-12' });
    expect((await walk(pages(client.modelSync.list, {}))).complete).toBe(false);
  });
});

describe('a walk over a list that comes in one answer', () => {
  it('is not proved complete by a server that pages it nevertheless', async () => {
    const { client, sent } = scriptedClient([page(rows(0, 2), 'a')]);
    expect(await walk(pages(client.connections.list, {}))).toEqual({ items: rows(0, 2), complete: false, pages: 1 });
    expect(sent).toHaveLength(1);
  });

  it('is complete, however long', async () => {
    const { client } = scriptedClient([page(rows(0, 50))]);
    expect(await walk(pages(client.connections.list, {}))).toMatchObject({ complete: true, pages: 1 });
  });
});
