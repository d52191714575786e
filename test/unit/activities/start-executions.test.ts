/** One try of each start: what it sends, in which order, and which outcome each answer is. */
import { describe, expect, it } from '@jest/globals';
import type { MockActivityEnvironment } from '@temporalio/testing';
import type { StartItem, StartOutcome } from '../../../src/contracts/starts';
import type { Scripted } from '../polytomic/support/scripted-fetch';
import { settled, startOfTest } from './support/manual-clock';
import {
  at,
  gate,
  startItem,
  startsOnScript,
  wireRun,
  type Script,
  type StartsOptions,
} from './support/starts-on-script';

const start = 'POST /api/syncs/s1/executions';
const list = 'GET /api/syncs/s1/executions';
const get = 'GET /api/syncs/s1';
const started = { json: { data: { id: 'e1', status: 'created', created_at: at(0) } } };
const sync = { json: { data: { id: 's1', name: 'Users', active: true } } };
const none = { json: { data: [] } };
/** The windows of a key that may have taken effect at the beginning of the tests. */
const uncertain = { windows: [{ from: startOfTest, to: startOfTest + 900_000 }], lookFirst: true };

function world(script: Script, options?: StartsOptions) {
  const made = startsOnScript({ [list]: none, [get]: sync, ...script }, options);
  return {
    ...made,
    start: (...items: StartItem[]): Promise<StartOutcome[]> =>
      made.perform('startExecutions', { organization: 'default', items }),
  };
}

const listOf = (...runs: Record<string, unknown>[]): Scripted => ({ json: { data: runs } });

describe('an outcome of a start', () => {
  it.each<[string, Scripted, Record<string, unknown>]>([
    ['2xx', started, { type: 'started', executionId: 'e1', createdAt: at(0), adopted: false }],
    ['another version', { ...started, headers: { 'X-Polytomic-Version': '2024-02-08' } }, { type: 'started' }],
    ['429', { status: 429, headers: { 'Retry-After': '7' }, json: {} }, { type: 'throttled', retryAfterMs: 7_000 }],
    ['no answer', { error: new Error('reset') }, { type: 'noResponse', at: startOfTest }],
    ['500 of the API', { status: 500, json: {} }, { type: 'ambiguous', status: 500, mayBeWorking: false }],
    ['500 of a gateway', { status: 500, text: '<html>' }, { type: 'ambiguous', mayBeWorking: true }],
    ['504', { status: 504, json: {} }, { type: 'ambiguous', status: 504, mayBeWorking: true }],
    ['408', { status: 408, json: {} }, { type: 'ambiguous', status: 408, mayBeWorking: true }],
    ['a redirect', { status: 307, headers: { location: 'https://x.example' } }, { type: 'ambiguous', status: 307 }],
    ['a page of HTML', { status: 200, text: '<html>' }, { type: 'ambiguous', status: 200, mayBeWorking: true }],
    ['2xx without an id', { json: { data: { status: 'created' } } }, { type: 'ambiguous' }],
    ['404 of a gateway', { status: 404, text: '<html>' }, { type: 'ambiguous', status: 404, mayBeWorking: true }],
    ['404 of the API', { status: 404, json: { message: 'no sync' } }, { type: 'refused' }],
    ['401', { status: 401, json: {} }, { type: 'refused', failure: expect.objectContaining({ nonRetryable: true }) }],
    ['422', { status: 422, json: { message: 'no' } }, { type: 'refused' }],
  ])('%s', async (_name, answer, outcome) => {
    const { start: tryOnce, lines } = world({ [start]: answer });
    expect(await tryOnce(startItem())).toEqual([expect.objectContaining(outcome)]);
    expect(lines().filter((line) => line === start)).toHaveLength(1);
  });

  it('is ambiguous where the answer is larger than the client takes', async () => {
    const large = { json: { data: { id: 'e1', status: 'created', type: 'x'.repeat(500) } } };
    const { start: tryOnce } = world({ [start]: large }, { client: { maxAnswerBytes: 400 } });
    expect(await tryOnce(startItem())).toMatchObject([{ type: 'ambiguous', status: null, mayBeWorking: true }]);
  });

  it('is unsent where the key could not be fetched, and nothing was sent', async () => {
    const apiKey = (): Promise<string> => Promise.reject(new Error('sealed: hunter2'));
    const { start: tryOnce, sent } = world({ [start]: started }, { client: { apiKey } });
    const outcomes = await tryOnce(startItem());
    expect(outcomes).toMatchObject([{ type: 'unsent', failure: { nonRetryable: false } }]);
    expect(JSON.stringify(outcomes)).not.toContain('hunter2');
    expect(sent).toEqual([]);
  });

  it('is refused where the request is none of the API', async () => {
    const options = { resyncMode: 'rebuild' } as const;
    const { start: tryOnce, lines } = world({ [start]: started, 'GET /api/bulk': sync, 'POST /api/bulk': started });
    const item = startItem({ kind: 'bulk', options: { ...options, schemas: [7 as unknown as string] } });
    expect(await tryOnce(item)).toMatchObject([{ type: 'refused', failure: { type: 'polytomic.InvalidInput' } }]);
    expect(lines()).not.toContain('POST /api/bulk/syncs/s1/executions');
  });

  it('holds no word of Polytomic with errorText omit', async () => {
    const { perform } = world({ [start]: { status: 422, json: { message: 'row of Ms Doe' } } });
    const request = { organization: 'default', items: [startItem()], errorText: 'omit' as const };
    const outcomes = await perform('startExecutions', request);
    expect(outcomes).toMatchObject([{ type: 'refused', failure: { message: expect.stringContaining('422') } }]);
    expect(JSON.stringify(outcomes)).not.toContain('Doe');
  });
});

describe('the time of a try', () => {
  it.each<[string, Scripted]>([
    ['its answer', { status: 500, json: {} }],
    ['its end without an answer', { error: new Error('reset') }],
  ])('is that of its post, and that of %s', async (_what, answer) => {
    const { start: tryOnce, clock } = world({
      [start]: async () => {
        await clock.advance(50_000);
        return answer;
      },
    });
    expect(await tryOnce(startItem())).toMatchObject([{ at: startOfTest, answeredAt: startOfTest + 50_000 }]);
  });

  it('is Polytomic’s, carried on by the monotonic clock', async () => {
    const hour = 3_600_000;
    const { start: tryOnce, clock, lines } = world({ [start]: { error: new Error('reset') } }, { serverAheadMs: hour });
    await tryOnce(startItem());
    await clock.advance(20_000);
    const before = lines().length;
    const [outcome] = await tryOnce(startItem());
    const told = (outcome as { at: number }).at - startOfTest - hour;
    expect(told).toBeGreaterThanOrEqual(20_000);
    expect(told).toBeLessThanOrEqual(21_000);
    expect(lines().slice(before)).toEqual([start]);
  });

  it('is read again after a minute, and nothing is posted where that fails', async () => {
    const {
      start: tryOnce,
      clock,
      lines,
    } = world({
      [start]: started,
      [get]: (_request, nth) => (nth === 0 ? sync : { status: 503, json: {}, headers: { 'Retry-After': '9' } }),
    });
    await tryOnce(startItem());
    await clock.advance(61_000);
    const before = lines().length;
    expect(await tryOnce(startItem())).toMatchObject([{ type: 'unsent', retryAfterMs: 9_000 }]);
    expect(lines().slice(before)).toEqual([get]);
  });
});

describe('a sync that is gone', () => {
  it('is refused by the post, as the read that is to tell the time decides nothing', async () => {
    const gone = { status: 404, json: { message: 'not found' } };
    const { start: tryOnce, lines } = world({ [get]: gone, [start]: gone });
    expect(await tryOnce(startItem())).toMatchObject([{ type: 'refused', failure: { type: 'polytomic.NotFound' } }]);
    expect(lines()).toEqual([get, start]);
  });
});

describe('before a post', () => {
  it('a look adopts what an uncertain try made', async () => {
    const { start: tryOnce, lines } = world({ [list]: listOf(wireRun('ours', 2_000)), [start]: started });
    const outcome = { type: 'started', executionId: 'ours', adopted: true, createdAt: at(2_000) };
    expect(await tryOnce(startItem(uncertain))).toMatchObject([outcome]);
    expect(lines()).toEqual([list]);
  });

  it('a look that fails decides nothing, and nothing is posted', async () => {
    const { start: tryOnce, lines } = world({ [list]: { status: 403, json: {} }, [start]: started });
    const outcome = { type: 'lookFailed', failure: { type: 'polytomic.Forbidden', nonRetryable: false } };
    expect(await tryOnce(startItem(uncertain))).toMatchObject([outcome]);
    expect(lines()).toEqual([list]);
  });

  it('a look that finds nothing is followed by the post', async () => {
    const { start: tryOnce, lines } = world({ [start]: started });
    expect(await tryOnce(startItem(uncertain))).toMatchObject([{ type: 'started', adopted: false }]);
    expect(lines()).toEqual([list, start]);
  });

  it('nothing is posted without a key', async () => {
    const { start: tryOnce, lines } = world({ [start]: started });
    expect(await tryOnce(startItem({ ...uncertain, key: null }))).toEqual([{ type: 'absent' }]);
    expect(lines()).toEqual([list]);
  });

  it('all pages are looked through, back to the earliest window', async () => {
    const pages: Script[string] = ({ url }) => {
      const page = Number(url.searchParams.get('page_token') ?? 0);
      const run = page === 2 ? wireRun('ours', 1_000) : wireRun(`later-${page}`, (5 - page) * 1_000_000);
      return {
        json: { data: page === 3 ? [wireRun('old', -900_000)] : [run], pagination: { next_page_token: `${page + 1}` } },
      };
    };
    const { start: tryOnce, lines } = world({ [list]: pages });
    const known = { ids: ['later-0', 'later-1'], listed: true };
    const item = startItem({ ...uncertain, known, key: null });
    expect(await tryOnce(item)).toMatchObject([{ type: 'started', executionId: 'ours' }]);
    expect(lines()).toHaveLength(4);
  });

  it('a key that was posted under another secret is not posted', async () => {
    const { start: tryOnce, lines } = world({ [start]: started });
    const item = startItem({ ...uncertain, keyFingerprint: 'of-another-secret' });
    expect(await tryOnce(item)).toMatchObject([{ type: 'otherSecret' }]);
    expect(lines()).toEqual([list]);
  });

  it('tells the fingerprint of the secret with what was posted', async () => {
    const { start: tryOnce } = world({ [start]: { status: 500, json: {} } });
    const [outcome] = await tryOnce(startItem());
    const { keyFingerprint } = outcome as { keyFingerprint?: string };
    expect(keyFingerprint).toMatch(/^[0-9a-f]{16}$/);
    const [again] = await tryOnce(startItem({ keyFingerprint: keyFingerprint ?? '' }));
    expect(again).toMatchObject({ type: 'ambiguous' });
  });
});

describe('an activation', () => {
  const activation = 'POST /api/syncs/s1/activate';

  it('comes first, each time with a key of its own', async () => {
    const { start: tryOnce, sent, lines } = world({ [activation]: { json: { data: {} } }, [start]: started });
    await tryOnce(startItem({ activate: true }));
    expect(lines()).toEqual([activation, start]);
    const keys = sent.map(({ headers }) => headers['Idempotency-Key']);
    expect(new Set(keys).size).toBe(2);
  });

  it.each<[string, Scripted, Record<string, unknown>]>([
    ['a conflict', { status: 409, json: {} }, { type: 'notActivated' }],
    [
      'trouble',
      { status: 503, json: {}, headers: { 'Retry-After': '4' } },
      { type: 'notActivated', retryAfterMs: 4_000 },
    ],
    [
      'a refusal',
      { status: 422, json: {} },
      { type: 'refused', failure: expect.objectContaining({ nonRetryable: true }) },
    ],
    ['a refusal of a gateway', { status: 403, text: '<html>' }, { type: 'notActivated' }],
  ])('that ends with %s posts nothing', async (_name, answer, outcome) => {
    const { start: tryOnce, lines } = world({ [activation]: answer, [start]: started });
    expect(await tryOnce(startItem({ activate: true }))).toEqual([expect.objectContaining(outcome)]);
    expect(lines()).toEqual([activation]);
  });
});

describe('failed schemas of an execution', () => {
  const path = '/api/bulk/syncs/s1/executions';
  const schemas = (count: number): Record<string, unknown>[] =>
    Array.from({ length: count }, (_, index) => ({
      schema: `t${count - index}`,
      status: index % 2 ? 'failed' : 'completed',
    }));
  const item = startItem({ kind: 'bulk', failedSchemasOf: 'e0' });

  it('are all started again, in one order, however many there are', async () => {
    const { start: tryOnce, sent } = world({
      [`GET ${path}/e0`]: { json: { data: { id: 'e0', status: 'failed', schemas: schemas(3_000) } } },
      'GET /api/bulk/syncs/s1': sync,
      [`POST ${path}`]: started,
    });
    expect(await tryOnce(item)).toMatchObject([{ type: 'started' }]);
    const body = JSON.parse(sent.at(-1)?.body ?? '') as { schemas: string[] };
    expect(body.schemas).toHaveLength(1_500);
    expect(body.schemas).toEqual(body.schemas.toSorted());
  });

  it('that cannot be read post nothing', async () => {
    const { start: tryOnce, lines } = world({
      [`GET ${path}/e0`]: { status: 503, json: {} },
      [`POST ${path}`]: started,
    });
    expect(await tryOnce(item)).toMatchObject([{ type: 'lookFailed' }]);
    expect(lines()).toEqual([`GET ${path}/e0`]);
  });

  it.each<[string, Scripted]>([
    ['there are none', { json: { data: { id: 'e0', status: 'failed', schemas: [] } } }],
    ['the execution is gone', { status: 404, json: {} }],
  ])('are refused where %s', async (_name, answer) => {
    const { start: tryOnce } = world({ [`GET ${path}/e0`]: answer, [`POST ${path}`]: started });
    expect(await tryOnce(item)).toMatchObject([{ type: 'refused', failure: { nonRetryable: true } }]);
  });

  it('that cannot be known any more keep no run of an uncertain try from being found', async () => {
    const shape = { is_partial: true, is_test: false, is_resync: false, schemas: schemas(1) };
    const { start: tryOnce } = world({
      [`GET ${path}/e0`]: { status: 404, json: {} },
      [`GET ${path}`]: listOf(wireRun('ours', 1_000, shape)),
    });
    const look = { ...item, ...uncertain, key: null };
    expect(await tryOnce(look)).toMatchObject([{ type: 'started', executionId: 'ours', adopted: true }]);
  });
});

describe('after a 409', () => {
  const conflict = { [start]: { status: 409, json: {} } };
  const known = { ids: ['old'], listed: true };

  it('a run of an uncertain try is adopted', async () => {
    const { start: tryOnce } = world({ ...conflict, [list]: listOf(wireRun('ours', 1_000)) });
    const item = startItem({ ...uncertain, lookFirst: false });
    expect(await tryOnce(item)).toMatchObject([{ type: 'started', executionId: 'ours', adopted: true }]);
  });

  it('to a certain key nothing is adopted: a run in progress explains it', async () => {
    const { start: tryOnce } = world({ ...conflict, [list]: listOf(wireRun('theirs', 1_000)) });
    expect(await tryOnce(startItem({ known }))).toMatchObject([
      { type: 'conflict', explanation: { running: { executionId: 'theirs' } }, at: startOfTest },
    ]);
  });

  it('so does one that began and ended since the snapshot', async () => {
    const ended = wireRun('theirs', 1_000, { status: 'completed', completed_at: at(2_000) });
    const old = wireRun('old', -400_000, { status: 'completed', completed_at: at(-300_000) });
    const { start: tryOnce } = world({ ...conflict, [list]: listOf(ended, old) });
    expect(await tryOnce(startItem({ known }))).toMatchObject([
      { type: 'conflict', explanation: { running: null, newest: { executionId: 'theirs' } } },
    ]);
  });

  it('what the snapshot knew does not', async () => {
    const old = wireRun('old', -400_000, { status: 'completed', completed_at: at(-300_000) });
    const older = wireRun('older', -900_000, { status: 'completed', completed_at: at(-800_000) });
    const { start: tryOnce } = world({ ...conflict, [list]: listOf(old, older) });
    expect(await tryOnce(startItem({ known }))).toMatchObject([{ type: 'conflict', explanation: null }]);
  });

  it('a look that fails says so', async () => {
    const { start: tryOnce } = world({ ...conflict, [list]: { status: 503, json: {} } });
    expect(await tryOnce(startItem())).toMatchObject([{ type: 'lookFailed' }]);
  });
});

describe('a 429', () => {
  it('stops the other items of the organization, and is not slept through', async () => {
    const { start: tryOnce, lines } = world({ [start]: { status: 429, json: {}, headers: { 'Retry-After': '60' } } });
    const outcomes = await tryOnce(...Array.from({ length: 60 }, () => startItem()));
    const throttled = outcomes.filter(({ type }) => type === 'throttled');
    const unsent = outcomes.filter(({ type }) => type === 'unsent');
    expect(throttled.length).toBeLessThanOrEqual(20);
    expect(throttled.length + unsent.length).toBe(60);
    expect(unsent[0]).toMatchObject({ failure: { type: 'polytomic.RateLimited' } });
    expect((unsent[0] as { retryAfterMs?: number }).retryAfterMs).toBeGreaterThan(50_000);
    expect(lines().filter((line) => line === start)).toHaveLength(throttled.length);
  });
});

describe('an attempt', () => {
  const many = (count: number): StartItem[] => Array.from({ length: count }, () => startItem());

  it('starts twenty at once', async () => {
    const open = gate<Scripted>();
    const { start: tryOnce, lines } = world({ [start]: () => open.promise });
    const trying = tryOnce(...many(50));
    await settled();
    expect(lines().filter((line) => line === start)).toHaveLength(20);
    open.open(started);
    expect((await trying).map(({ type }) => type)).toEqual(many(50).map(() => 'started'));
  });

  it.each([
    ['is cancelled', 'CANCELLED'],
    ['’s worker stops', 'WORKER_SHUTDOWN'],
  ] as const)('that %s posts no more, and awaits what it posted', async (_name, reason) => {
    const open = gate<Scripted>();
    const { perform, lines } = world({ [start]: () => open.promise });
    let environment: MockActivityEnvironment | undefined;
    const trying = perform(
      'startExecutions',
      { organization: 'default', items: many(50) },
      { onStart: (one) => (environment = one) },
    );
    await settled();
    environment?.cancel(reason);
    await settled();
    open.open(started);
    const outcomes = await trying;
    expect(outcomes.slice(0, 20).every(({ type }) => type === 'started')).toBe(true);
    expect(outcomes.slice(20)).toEqual(many(30).map(() => expect.objectContaining({ type: 'unsent' })));
    expect(lines().filter((line) => line === start)).toHaveLength(20);
  });

  it('is cancelled between look and post: nothing is posted', async () => {
    const open = gate<Scripted>();
    const { perform, lines } = world({ [list]: () => open.promise, [start]: started });
    let environment: MockActivityEnvironment | undefined;
    const request = { organization: 'default', items: [startItem(uncertain)] };
    const trying = perform('startExecutions', request, { onStart: (one) => (environment = one) });
    await settled();
    environment?.cancel();
    open.open(none);
    expect(await trying).toMatchObject([{ type: 'lookFailed' }]);
    expect(lines()).toEqual([list]);
  });

  it('begins no post later than 30 s after its own start', async () => {
    const open = gate<Scripted>();
    const { start: tryOnce, clock, lines } = world({ [start]: () => open.promise });
    const trying = tryOnce(...many(21));
    await settled();
    await clock.advance(30_000);
    open.open(started);
    expect((await trying).at(-1)).toMatchObject({ type: 'unsent' });
    expect(lines().filter((line) => line === start)).toHaveLength(20);
  });

  it('heartbeats the time of a post before it leaves, and every eight seconds', async () => {
    const open = gate<Scripted>();
    let toldBefore: unknown;
    const made = world({
      [start]: () => {
        toldBefore = made.heartbeats.at(-1);
        return open.promise;
      },
    });
    const trying = made.start(startItem());
    await settled();
    const told = { v: 1, posted: { 0: startOfTest }, keyFingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) };
    expect(toldBefore).toEqual(told);
    await made.clock.advance(24_000);
    expect(made.heartbeats.slice(1)).toEqual([told, told, told]);
    open.open(started);
    await trying;
  });

  it('answers unsent, not for good, where its worker does not know or may not do what is asked', async () => {
    const { perform } = world({});
    const unsent = [{ type: 'unsent', failure: { type: 'polytomic.InvalidInput', nonRetryable: false } }];
    expect(await perform('startExecutions', { organization: 'other', items: [startItem()] })).toMatchObject(unsent);
    const forbidding = world({}, { allows: (operation) => operation !== 'modelSync.start' });
    expect(await forbidding.start(startItem())).toMatchObject([
      { type: 'unsent', failure: { type: 'polytomic.NotAllowed', nonRetryable: false } },
    ]);
    expect(forbidding.sent).toEqual([]);
  });

  it.each([
    ['a status of 3,000 characters', { status: 'x'.repeat(3_000) }, 'started'],
    ['an id of 2,700 characters', { id: 'e'.repeat(2_700) }, 'ambiguous'],
  ])('tells what became of a hundred starts that are answered with %s', async (_what, fields, type) => {
    const run = { id: 'e1', status: 'created', created_at: at(0), ...fields };
    const { perform } = startsOnScript({ 'POST /api/syncs/': { json: { data: run } }, 'GET /api/syncs/': sync });
    const items = Array.from({ length: 100 }, (_one, index) =>
      startItem({ syncId: `s${index}`, key: `start-key-${index}` }),
    );
    const outcomes = await perform('startExecutions', { organization: 'default', items });
    expect(outcomes.map((outcome) => outcome.type)).toEqual(items.map(() => type));
  });

  it('tells what it started though the explanations of others are larger than a history takes', async () => {
    const shape = { is_test: false, is_resync: false, is_partial: true };
    const schemas = Array.from({ length: 900 }, (_, index) => ({
      schema: `schema.with_a_long_name_${index}`,
      status: 'running',
    }));
    const running = wireRun('theirs', 0, { ...shape, schemas });
    const { start: tryOnce } = world({
      'GET /api/bulk/syncs/s1/executions': listOf(running),
      'GET /api/bulk/syncs/s1': sync,
      'POST /api/bulk/syncs/s1/executions': (_request, nth) => (nth % 2 ? started : { status: 409, json: {} }),
    });
    const outcomes = await tryOnce(...many(100).map((item) => ({ ...item, kind: 'bulk' as const })));
    expect(outcomes.filter(({ type }) => type === 'started')).toHaveLength(50);
    const [conflict] = outcomes.filter(({ type }) => type === 'conflict');
    expect(conflict).toMatchObject({ explanation: { running: { executionId: 'theirs', shape: { isPartial: true } } } });
    expect(JSON.stringify(outcomes).length).toBeLessThan(256 * 1024);
  });
});

describe('checkConnections', () => {
  const bulkStart = 'POST /api/bulk/syncs/s1/executions';
  const lake = { json: { data: { id: 's1', source_connection_id: 'db', destination_connection_id: 'lake' } } };
  const healthy = { json: { data: { id: 'db', name: 'Database', status: 'healthy' } } };
  const broken = { status: 'unhealthy', status_error: 'password has expired' };
  const unhealthy = { json: { data: { id: 'lake', name: 'Lake', ...broken } } };
  const item = (some: Partial<StartItem> = {}): StartItem =>
    startItem({ kind: 'bulk', checkConnections: true, ...some });
  const worldWith = (script: Script) =>
    world({
      ...{ 'GET /api/bulk/syncs/s1/executions': none, [bulkStart]: started, 'GET /api/bulk/syncs/s1': lake },
      ...{ 'GET /api/connections/db': healthy, 'GET /api/connections/lake': unhealthy, ...script },
    });

  it('refuses the start, and names the connection that is unhealthy and why', async () => {
    const { start: tryOnce, lines } = worldWith({});
    const [outcome] = await tryOnce(item());
    expect(outcome).toMatchObject({
      type: 'refused',
      failure: {
        type: 'polytomic.ConnectionUnhealthy',
        message: 'connection "Lake" (lake) is unhealthy: password has expired',
        details: [{ syncId: 's1', connections: [{ connectionId: 'lake', statusError: 'password has expired' }] }],
      },
    });
    expect(lines()).not.toContain(bulkStart);
  });

  it('reads a connection of several syncs once, and looks at none unless asked', async () => {
    const { start: tryOnce, lines } = worldWith({ 'GET /api/connections/lake': healthy });
    expect(await tryOnce(item(), item())).toMatchObject([{ type: 'started' }, { type: 'started' }]);
    expect(lines().filter((line) => line.startsWith('GET /api/connections'))).toHaveLength(2);
    const other = worldWith({});
    const { checkConnections: _asked, ...plain } = item();
    expect(await other.start(plain)).toMatchObject([{ type: 'started' }]);
    expect(other.lines().filter((line) => line.startsWith('GET /api/connections'))).toEqual([]);
  });

  it.each<[string, Scripted, string]>([
    ['an unknown status', { json: { data: { id: 'lake', status: 'checking' } } }, 'is unclear'],
    ['no status', { json: { data: { id: 'lake' } } }, 'is unclear'],
    ['a connection that the key may not read', { status: 403, json: { message: 'no' } }, 'cannot be read'],
  ])('lets %s pass, with a warning', async (_name, answer, warning) => {
    const { start: tryOnce, warnings } = worldWith({ 'GET /api/connections/lake': answer });
    expect(await tryOnce(item())).toMatchObject([{ type: 'started' }]);
    expect(warnings).toEqual([expect.stringContaining(warning)]);
  });

  it('posts nothing while the API is in trouble, nor decides anything', async () => {
    const { start: tryOnce, lines } = worldWith({ 'GET /api/connections/lake': { status: 503, json: {} } });
    expect(await tryOnce(item())).toMatchObject([{ type: 'unsent', failure: { nonRetryable: false } }]);
    expect(lines()).not.toContain(bulkStart);
  });

  it('decides nothing once an earlier try may have started the sync', async () => {
    const { start: tryOnce, lines } = worldWith({});
    expect(await tryOnce(item(uncertain))).toMatchObject([{ type: 'started' }]);
    expect(lines().filter((line) => line.startsWith('GET /api/connections'))).toEqual([]);
  });

  it('looks at what it may read where one of the models is hidden from the key, and says which', async () => {
    const whole = { id: 's1', target: { connection_id: 'lake' }, model_ids: ['m1', 'm2'], fields: [] };
    const { start: tryOnce, warnings } = worldWith({
      [get]: { json: { data: whole } },
      'GET /api/models/m1': { status: 403, json: { message: 'no' } },
      'GET /api/models/m2': { json: { data: { id: 'm2', connection_id: 'db' } } },
    });
    expect(await tryOnce(startItem({ checkConnections: true }))).toMatchObject([
      { type: 'refused', failure: { message: expect.stringContaining('(lake) is unhealthy') } },
    ]);
    expect(warnings).toEqual([expect.stringContaining('cannot be read')]);
  });

  it('looks at the connections of the models of a model sync too, and keeps texts out where that is asked', async () => {
    const whole = { id: 's1', target: { connection_id: 'db' }, model_ids: ['m1'], fields: [] };
    const { perform } = worldWith({
      [get]: { json: { data: whole } },
      'GET /api/models/m1': { json: { data: { id: 'm1', connection_id: 'lake' } } },
    });
    const items = [startItem({ checkConnections: true })];
    const outcomes = await perform('startExecutions', { organization: 'default', items, errorText: 'omit' });
    expect(outcomes).toMatchObject([
      { type: 'refused', failure: { details: [{ connections: [{ connectionId: 'lake' }] }] } },
    ]);
    expect(JSON.stringify(outcomes)).not.toContain('password');
  });
});
