import { describe, expect, it } from '@jest/globals';
import { codeOfStatus, isPolytomicError, PolytomicError } from '../../../src/polytomic/errors';
import { retryAfterMs } from '../../../src/polytomic/retry-after';
import { caught, scriptedClient, type Scripted } from './support/scripted-fetch';

const id = 'sync-1';
const refused = (scripted: Scripted): Promise<unknown> =>
  caught(scriptedClient([scripted]).client.modelSync.start({ id }, { idempotencyKey: 'run-0001' }));

describe('the code of a status', () => {
  it.each([
    [400, 'Rejected'],
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
    [404, 'NotFound'],
    [405, 'Rejected'],
    [408, 'Unavailable'],
    [409, 'Conflict'],
    [410, 'Rejected'],
    [418, 'Rejected'],
    [422, 'Rejected'],
    [429, 'RateLimited'],
    [500, 'Unavailable'],
    [502, 'Unavailable'],
    [503, 'Unavailable'],
    [504, 'Unavailable'],
  ])('%i is %s', async (status, code) => {
    expect(codeOfStatus(status)).toBe(code);
    expect(await refused({ status })).toMatchObject({ code, status, answered: true });
  });
});

describe('an error', () => {
  it('names operation, verb and path template, but no id', async () => {
    const error = await refused({ status: 409, headers: { 'x-request-id': 'r-9' } });
    expect(error).toMatchObject({ operation: 'modelSync.start', method: 'POST', path: '/api/syncs/{id}/executions' });
    expect(error).toMatchObject({ name: 'PolytomicError', requestId: 'r-9' });
    expect((error as Error).message).toBe('modelSync.start (POST /api/syncs/{id}/executions) answered 409');
  });

  it.each([
    ['the documented shape', { message: 'no such model', key: 'k', status: 422 }],
    ['the older shape', { error: 'no such model', code: 3, status: 'x' }],
    ['the oldest shape', { error: { message: 'no such model' } }],
    ['a message beside a list', { message: 'no such model', metadata: [{}], status_code: 422 }],
  ])('tells what the vendor said in %s', async (_what, json) => {
    expect(String(await refused({ status: 422, json }))).toContain('answered 422: no such model');
  });

  it('tells the text of a gateway, but no page of HTML', async () => {
    expect(String(await refused({ status: 502, text: 'upstream gone' }))).toContain('answered 502: upstream gone');
    expect(String(await refused({ status: 502, text: ' <!doctype html><h1>Bad</h1>' }))).toMatch(/answered 502$/);
  });

  it.each([[{ message: 7 }], [{ error: { reason: 'x' } }], [[]], [null]])(
    'says only the status for a body like %j',
    async (json) => {
      expect(String(await refused({ status: 400, json }))).toMatch(/answered 400$/);
    },
  );

  it('cuts a long message at 1 KB', async () => {
    const error = await refused({ status: 400, json: { message: 'x'.repeat(9_000) } });
    expect((error as Error).message.length).toBeLessThan(1_200);
  });

  it('shows neither the key nor a passphrase that the vendor quotes', async () => {
    const message = 'bad "s3cr3t phrase" for test-key-1234, see https://x.example/a?sig=abc';
    const { client } = scriptedClient([{ status: 422, json: { message } }]);
    const sync = { name: 'n', mode: 'create' as const, target: { connection_id: 'c' }, fields: [], schedule: {} };
    const error = await caught(client.modelSync.create({ ...sync, encryption_passphrase: 's3cr3t phrase' }));
    expect((error as Error).message).toBe(
      'modelSync.create (POST /api/syncs) answered 422: its text is withheld, as it may quote a secret (field encryption_passphrase)',
    );
    const plain = await caught(client.modelSync.create(sync));
    expect((plain as Error).message).toContain('for [redacted], see https://x.example/a?[redacted]');
  });

  it('tells of a redirect only where it leads, and does not follow it', async () => {
    const away = { status: 307, headers: { location: 'https://evil.example/login?token=abc' } };
    const { client, sent } = scriptedClient([away]);
    const error = await caught(client.modelSync.get({ id }));
    expect(error).toMatchObject({ code: 'UnexpectedResponse', status: 307, answered: true });
    expect(String(error)).toContain('https://evil.example, refused');
    expect(String(error)).not.toContain('token');
    expect(sent).toHaveLength(1);
  });

  it.each([
    [{ status: 301, headers: { location: '/api/elsewhere' } }, 'not followed'],
    [{ status: 302 }, 'to nowhere'],
    [{ status: 304 }, 'to nowhere'],
  ])('is what any other redirect comes to: %j', async (scripted, told) => {
    const error = await refused(scripted);
    expect(error).toMatchObject({ code: 'UnexpectedResponse' });
    expect(String(error)).toContain(told);
  });

  it('of a lost connection holds the system code, and not the URL that fetches put into theirs', async () => {
    const error = await refused({
      error: Object.assign(new Error(`request to https://h/${id} failed`), { code: 'ECONNRESET' }),
    });
    expect(error).toMatchObject({ code: 'Network', answered: false, status: undefined });
    expect(String(error)).toContain('ECONNRESET');
    expect(String(error)).not.toContain('https://');
  });

  it('finds the system code in the cause, where the built-in fetch puts it', async () => {
    const cause = Object.assign(new Error('x'), { code: 'ENOTFOUND' });
    expect(String(await refused({ error: new TypeError('fetch failed', { cause }) }))).toContain('ENOTFOUND');
  });

  it('is known by its guard, alone or with codes', () => {
    const details = { operation: 'o', method: 'GET', path: '/', answered: true };
    const error = new PolytomicError('x', { code: 'NotFound', ...details });
    expect(isPolytomicError(error)).toBe(true);
    expect(isPolytomicError(error, 'Conflict', 'NotFound')).toBe(true);
    expect(isPolytomicError(error, 'Conflict')).toBe(false);
    expect(isPolytomicError(new Error('x'))).toBe(false);
  });
});

describe('the wait that a server asks for', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  const asked = (headers: Record<string, string>): number | undefined =>
    retryAfterMs((name) => new Headers(headers).get(name), now);

  it.each([
    ['seconds', { 'Retry-After': '15' }, 15_000],
    ['a date', { 'Retry-After': 'Sun, 22 Nov 2026 12:00:20 GMT' }, 20_000],
    [
      'a date on a server whose clock differs',
      { 'Retry-After': 'Sun, 22 Nov 2026 13:00:20 GMT', Date: 'Sun, 22 Nov 2026 13:00:00 GMT' },
      20_000,
    ],
    ['a date gone by', { 'Retry-After': 'Sun, 22 Nov 2026 11:00:00 GMT' }, 1_000],
    ['the date of the answer', { 'Retry-After': 'Sun, 22 Nov 2026 12:00:00 GMT' }, 1_000],
    ['zero', { 'Retry-After': '0' }, 1_000],
    ['a part of a second', { 'Retry-After': '0.2' }, 1_000],
    ['more than an hour', { 'Retry-After': '86400' }, 3_600_000],
    ['the reset of a limit', { 'X-RateLimit-Reset': String(now / 1_000 + 7) }, 7_000],
    ['the reset of a limit, from now', { 'X-RateLimit-Reset': '30' }, 30_000],
    ['a reset gone by', { 'X-RateLimit-Reset': String(now / 1_000 - 7) }, 1_000],
    ['a reset of nothing', { 'X-RateLimit-Reset': '0' }, 1_000],
    ['both, of which the first counts', { 'Retry-After': '3', 'X-RateLimit-Reset': '9999999999' }, 3_000],
    ['what cannot be read', { 'Retry-After': 'soon' }, undefined],
    ['nothing', {}, undefined],
  ])('is read from %s', (_what, headers, expected) => {
    expect(asked(headers as Record<string, string>)).toBe(expected);
  });

  it('stands on the error of any refusal', async () => {
    expect(await refused({ status: 503, headers: { 'Retry-After': '2' } })).toMatchObject({ retryAfterMs: 2_000 });
    expect(await refused({ status: 429, headers: { 'Retry-After': '2' } })).toMatchObject({ retryAfterMs: 2_000 });
  });
});
