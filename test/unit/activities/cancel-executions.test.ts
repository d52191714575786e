/** Cancelling runs: requests first, confirmations after, and no trouble that ends it before its bound. */
import { describe, expect, it } from '@jest/globals';
import type { MockActivityEnvironment } from '@temporalio/testing';
import type { CancelItem, CancelledItem } from '../../../src/contracts/starts';
import { systemClock } from '../../../src/polytomic/clock';
import type { Scripted } from '../polytomic/support/scripted-fetch';
import { settled, startOfTest } from './support/manual-clock';
import {
  at,
  gate,
  startsOnScript,
  wireRun,
  type Attempt,
  type Script,
  type StartsOptions,
} from './support/starts-on-script';

const list = 'GET /api/syncs/s1/executions';
const read = 'GET /api/syncs/s1/executions/ours';
const cancel = 'POST /api/syncs/s1/executions/ours/cancel';

const item: CancelItem = {
  kind: 'model',
  syncId: 's1',
  executionId: 'ours',
  windows: [],
  known: { ids: ['old'], listed: true },
  options: {},
  cancel: true,
};
/** Its start may have taken effect, at the beginning of the tests or later. */
const unknown = { executionId: null, windows: [{ from: startOfTest, to: startOfTest + 900_000 }] };

const reading = (status: string, fields: Record<string, unknown> = {}): Scripted => ({
  json: { data: wireRun('ours', 0, { status, ...fields }) },
});
const taken = { json: { data: {} } };
const running = reading('running');
const canceling = reading('canceling');
const canceled = reading('canceled', { completed_at: at(1_000) });
const completed = reading('completed', { completed_at: at(1_000) });
const answer = (status: number, headers?: Record<string, string>): Scripted => ({
  status,
  json: {},
  ...(headers && { headers }),
});
const inTurn =
  (...answers: Scripted[]) =>
  (_request: unknown, nth: number) =>
    answers[Math.min(nth, answers.length - 1)] ?? {};

interface Run {
  result: CancelledItem;
  lines: string[];
  tookMs: number;
}

async function drive(script: Script, changes: Partial<CancelItem> = {}, options?: StartsOptions): Promise<Run> {
  const { results, lines, tookMs } = await driveAll(script, [{ ...item, ...changes }], { options });
  return { result: results[0] as CancelledItem, lines, tookMs };
}

async function driveAll(
  script: Script,
  items: CancelItem[],
  { options, attempt, timeoutMs = 60_000 }: { options?: StartsOptions; attempt?: Attempt; timeoutMs?: number } = {},
): Promise<{ results: CancelledItem[]; lines: string[]; tookMs: number; heartbeats: unknown[] }> {
  const { clock, lines, perform, heartbeats } = startsOnScript(script, options);
  const request = { organization: 'default', items, timeoutMs };
  const results = await clock.until(perform('cancelExecutions', request, attempt));
  return { results, lines: lines(), tookMs: clock.monotonic(), heartbeats };
}

const countOf = (lines: string[], line: string): number => lines.filter((one) => one === line).length;

describe('cancelling a run', () => {
  it('asks, then reads until the run has ended', async () => {
    const { result, lines, tookMs } = await drive({
      [cancel]: taken,
      [read]: inTurn(running, running, canceling, canceled),
    });
    expect(result).toMatchObject({ executionId: 'ours', requested: true, confirmed: true, problem: null });
    expect(result.execution).toMatchObject({ status: 'canceled', ending: 'canceled' });
    expect(lines).toEqual([read, cancel, read, read, read]);
    expect(tookMs).toBeLessThan(2_000);
  });

  it('counts a run that completes in spite of the request by its confirming read', async () => {
    const { result } = await drive({ [cancel]: taken, [read]: inTurn(running, completed) });
    expect(result).toMatchObject({ requested: true, confirmed: true, execution: { ending: 'completed' } });
  });

  it('requests nothing for a run that has ended already, and tells how it ended', async () => {
    const { result, lines } = await drive({ [cancel]: taken, [read]: completed });
    expect(result).toMatchObject({ requested: false, confirmed: true, execution: { ending: 'completed' } });
    expect(lines).toEqual([read]);
  });

  it('only reads where the run is left running', async () => {
    const { result, lines } = await drive({ [read]: running }, { cancel: false });
    expect(result).toMatchObject({
      requested: false,
      confirmed: false,
      problem: null,
      execution: { status: 'running' },
    });
    expect(lines).toEqual([read]);
  });

  it('asks again every few seconds while the run does not even begin to cancel', async () => {
    const { result, lines } = await drive({ [cancel]: taken, [read]: running });
    expect(result).toMatchObject({ requested: true, confirmed: false });
    expect(result.problem).toMatch(/not seen to end within 60000 ms/);
    expect(countOf(lines, cancel)).toBeGreaterThanOrEqual(8);
    expect(countOf(lines, cancel)).toBeLessThanOrEqual(12);
  });

  it('does not repeat itself to a run that is canceling, and tells when it does not end in time', async () => {
    const { result, lines, tookMs } = await drive({ [cancel]: taken, [read]: canceling });
    expect(result).toMatchObject({ requested: true, confirmed: false, execution: { status: 'canceling' } });
    expect(countOf(lines, cancel)).toBe(1);
    expect(tookMs).toBe(60_000);
  });
});

describe('trouble while cancelling', () => {
  it('is gone through: requests and reads are tried again until the bound', async () => {
    const reset = { error: new Error('reset') };
    const { result } = await drive({
      [cancel]: inTurn(reset, answer(503), taken),
      [read]: inTurn(reset, answer(500), running, canceled),
    });
    expect(result).toMatchObject({ requested: true, confirmed: true, problem: null });
  });

  it.each([401, 403])('of %i is tried again until the bound, as keys change hands', async (status) => {
    const refused = answer(status);
    const late = await drive({
      [cancel]: inTurn(...Array.from({ length: 9 }, () => refused), taken),
      [read]: inTurn(...Array.from({ length: 10 }, () => refused), canceled),
    });
    expect(late.result).toMatchObject({ requested: true, confirmed: true });
    const never = await drive({ [cancel]: refused, [read]: refused });
    expect(never.result).toMatchObject({
      requested: false,
      confirmed: false,
      problem: expect.stringContaining(String(status)),
    });
    expect(never.tookMs).toBe(60_000);
  });

  it('of a refused read does not keep the request from being sent', async () => {
    const { result, lines } = await drive({ [cancel]: taken, [read]: inTurn(answer(403), canceled) });
    expect(lines.slice(0, 2)).toEqual([read, cancel]);
    expect(result).toMatchObject({ requested: true, confirmed: true });
  });

  it('of a gateway says nothing about the run', async () => {
    const html = { status: 404, text: '<html>' };
    const { result, lines } = await drive({
      [cancel]: inTurn(html, taken),
      [read]: inTurn(running, running, canceled),
    });
    expect(countOf(lines, cancel)).toBe(2);
    expect(result).toMatchObject({ requested: true, confirmed: true });
  });

  it('obeys Retry-After', async () => {
    const { lines, tookMs } = await drive({
      [cancel]: inTurn(answer(429, { 'Retry-After': '9' }), taken),
      [read]: inTurn(running, running, canceled),
    });
    expect(lines).toEqual([read, cancel, read, cancel, read]);
    expect(tookMs).toBe(9_000);
  });

  it('is not met with a pause: a 429 of starts holds no cancel back', async () => {
    const start = 'POST /api/syncs/s2/executions';
    const { clock, perform, lines } = startsOnScript({
      [cancel]: taken,
      [read]: inTurn(running, canceled),
      [start]: answer(429, { 'Retry-After': '60' }),
      'GET /api/syncs/s2': { json: { data: { id: 's2' } } },
    });
    const { executionId: _run, cancel: _cancel, ...same } = item;
    const start2 = { ...same, syncId: 's2', key: 'start-key-0002', lookFirst: false, activate: false };
    await perform('startExecutions', { organization: 'default', items: [start2] });
    const request = { organization: 'default', items: [item], timeoutMs: 60_000 };
    const [cancelled] = await clock.until(perform('cancelExecutions', request));
    expect(cancelled).toMatchObject({ confirmed: true });
    expect(lines().slice(-3)).toEqual([read, cancel, read]);
    expect(clock.monotonic()).toBeLessThan(2_000);
  });

  it.each([400, 404, 409])('of %i may mean that nothing is left to cancel, which a read tells', async (status) => {
    const { result } = await drive({ [cancel]: answer(status), [read]: inTurn(running, completed) });
    expect(result).toMatchObject({ requested: false, confirmed: true, execution: { ending: 'completed' } });
  });

  it('ends with the problem where the API version has no cancel', async () => {
    const status = 'GET /api/syncs/s1/status';
    const current = { json: { data: { current_execution: wireRun('ours', 0) } } };
    const echo = { headers: { 'X-Polytomic-Version': '2023-04-25' } };
    const { result, tookMs } = await drive(
      { [status]: { ...current, ...echo } },
      {},
      { client: { apiVersion: '2023-04-25' } },
    );
    expect(result).toMatchObject({ requested: false, confirmed: false, execution: { status: 'running' } });
    expect(result.problem).toMatch(/does not exist in version/);
    expect(tookMs).toBe(0);
  });

  it('stops looking for a run that stays unknown for 30 s', async () => {
    const { result, tookMs } = await drive({ [cancel]: answer(404), [read]: answer(404) });
    expect(result).toMatchObject({ confirmed: false, problem: expect.stringContaining('404') });
    expect(tookMs).toBeGreaterThanOrEqual(30_000);
    expect(tookMs).toBeLessThan(35_000);
  });

  it('of a request that hangs is seen through by reads, and never holds the caller beyond the bound', async () => {
    const { promise } = gate<Scripted>();
    const seen = await drive({ [cancel]: () => promise, [read]: inTurn(running, canceled) });
    expect(seen.result).toMatchObject({ confirmed: true });
    expect(seen.tookMs).toBeLessThan(10_000);
    const never = await drive({ [cancel]: () => promise, [read]: running });
    expect(never.result).toMatchObject({ requested: false, confirmed: false, execution: { status: 'running' } });
    expect(never.tookMs).toBe(60_000);
  });

  it('of a read that hangs does not keep the request from being sent within a second', async () => {
    const { promise } = gate<Scripted>();
    const { result, lines, tookMs } = await drive({
      [cancel]: taken,
      [read]: (_request, nth) => (nth === 0 ? promise : canceled),
    });
    expect(lines).toEqual([read, cancel, read]);
    expect(result).toMatchObject({ requested: true, confirmed: true });
    expect(tookMs).toBeLessThan(1_000);
  });

  it('of a read that hangs does not keep a request that failed from being sent again', async () => {
    const { promise } = gate<Scripted>();
    const { lines } = await drive({
      [cancel]: inTurn(answer(500), taken),
      [read]: (_request, nth) => (nth === 0 ? running : promise),
    });
    expect(countOf(lines, cancel)).toBeGreaterThan(1);
  });

  it('holds no word of Polytomic with errorText omit', async () => {
    const { perform, clock } = startsOnScript({
      [cancel]: { status: 422, json: { message: 'row of Ms Doe' } },
      [read]: { status: 422, json: { message: 'row of Ms Doe' } },
    });
    const request = { organization: 'default', items: [item], timeoutMs: 5_000, errorText: 'omit' as const };
    const results = await clock.until(perform('cancelExecutions', request));
    expect(results).toMatchObject([{ problem: expect.stringContaining('422') }]);
    expect(JSON.stringify(results)).not.toContain('Doe');
  });
});

describe('cancelling many runs', () => {
  const items = (count: number): CancelItem[] =>
    Array.from({ length: count }, (_, index) => ({ ...item, executionId: `run-${index}` }));
  const idOf = ({ url }: { url: URL }): string => url.pathname.split('/')[5] ?? '';

  it('sends the requests of all before the first read, twenty at a time', async () => {
    let [under, most] = [0, 0];
    const { results, lines } = await driveAll(
      {
        'POST /api/syncs/s1/executions/': async () => {
          most = Math.max(most, (under += 1));
          await settled();
          under -= 1;
          return taken;
        },
        'GET /api/syncs/s1/executions/': (request) => ({
          json: { data: wireRun(idOf(request), 0, { status: 'canceled', completed_at: at(1) }) },
        }),
      },
      items(60),
    );
    expect(results.every(({ confirmed }) => confirmed)).toBe(true);
    expect(most).toBe(20);
    const firstRead = lines.findIndex((line) => line.startsWith('GET'));
    expect(lines.slice(0, firstRead)).toHaveLength(60);
  });

  it('sends a request before the reads that wait for their turn', async () => {
    const others = items(80).map((one, index) => ({ ...one, cancel: index >= 60 }));
    const { lines } = await driveAll(
      {
        'POST /api/syncs/s1/executions/': taken,
        'GET /api/syncs/s1/executions/': (request) => ({
          json: { data: wireRun(idOf(request), 0, { status: 'canceled', completed_at: at(1) }) },
        }),
      },
      others,
    );
    const requests = lines.flatMap((line, index) => (line.startsWith('POST') ? [index] : []));
    expect(requests).toEqual(Array.from({ length: 20 }, (_, index) => 20 + index));
  });

  it('does not wait for one that hangs', async () => {
    const { promise } = gate<Scripted>();
    const { results } = await driveAll(
      {
        'POST /api/syncs/s1/executions/': (request) => (idOf(request) === 'run-3' ? promise : taken),
        'GET /api/syncs/s1/executions/': (request) => ({
          json: {
            data: wireRun(
              idOf(request),
              0,
              idOf(request) === 'run-3' ? {} : { status: 'canceled', completed_at: at(1) },
            ),
          },
        }),
      },
      items(40),
    );
    expect(results.map(({ confirmed }) => confirmed)).toEqual(items(40).map((_, index) => index !== 3));
  });

  it('sends the requests of others although twenty do not answer', async () => {
    const { promise } = gate<Scripted>();
    const hangs = (request: { url: URL }): boolean => Number(idOf(request).replace('run-', '')) < 20;
    const { results } = await driveAll(
      {
        'POST /api/syncs/s1/executions/': (request) => (hangs(request) ? promise : taken),
        'GET /api/syncs/s1/executions/': (request) =>
          hangs(request)
            ? promise
            : { json: { data: wireRun(idOf(request), 0, { status: 'canceled', completed_at: at(1) }) } },
      },
      items(40),
    );
    expect(results.map(({ confirmed }) => confirmed)).toEqual(items(40).map((_, index) => index >= 20));
  });
});

describe('cancelling a run whose start was never answered', () => {
  const old = wireRun('old', -3_600_000, { status: 'completed', completed_at: at(-3_000_000) });
  const listOf = (...runs: Record<string, unknown>[]): Scripted => ({ json: { data: runs } });

  it('finds it in the list, and cancels it', async () => {
    const ours = wireRun('ours', 300);
    const { result, lines } = await drive(
      {
        [read]: inTurn(running, canceled),
        [list]: inTurn(listOf(old), listOf(old), listOf(ours, old)),
        [cancel]: taken,
      },
      unknown,
    );
    expect(result).toMatchObject({ executionId: 'ours', requested: true, confirmed: true });
    expect(lines).toEqual([list, list, list, cancel, read, read]);
  });

  it('says so when none shows until the bound, as the start may still be worked on', async () => {
    const { result, tookMs } = await drive({ [list]: listOf(old) }, unknown);
    expect(result).toMatchObject({ executionId: null, requested: false, confirmed: false, execution: null });
    expect(result.problem).toMatch(/not seen|no execution/);
    expect(tookMs).toBe(60_000);
  });

  it('says so after one look where the last try is long over', async () => {
    const windows = [{ from: startOfTest - 900_000, to: startOfTest - 60_000 }];
    const { result, lines } = await drive({ [list]: listOf(old) }, { ...unknown, windows });
    expect(result).toMatchObject({ executionId: null, problem: expect.stringContaining('no execution') });
    expect(lines).toEqual([list]);
  });

  it('goes on looking after a look that failed', async () => {
    const windows = [{ from: startOfTest - 900_000, to: startOfTest - 60_000 }];
    const { lines } = await drive({ [list]: inTurn(answer(403), answer(503), listOf(old)) }, { ...unknown, windows });
    expect(lines).toEqual([list, list, list]);
  });

  it.each([
    ['was there before', wireRun('old', 1_000)],
    ['was created before the first uncertain try', wireRun('theirs', -61_000)],
  ])('cancels none that %s', async (_name, theirs) => {
    const { lines } = await drive({ [list]: listOf(theirs, old) }, unknown);
    expect(lines.filter((line) => line.startsWith('POST'))).toEqual([]);
  });
});

describe('the bound of a cancel', () => {
  it('counts from the first attempt that ran, not from scheduling, and goes on where that one ended', async () => {
    const script = { [cancel]: taken, [read]: canceling };
    const waited = await driveAll(script, [item], {
      attempt: { info: { scheduledTimestampMs: startOfTest - 3_600_000 } },
    });
    expect(waited.tookMs).toBe(60_000);
    const heartbeatDetails = waited.heartbeats.at(-2);
    expect(heartbeatDetails).toMatchObject({ v: 1, elapsedMs: 50_000, requested: [0] });
    const next = await driveAll(script, [item], { attempt: { info: { attempt: 2, heartbeatDetails } } });
    expect(next.tookMs).toBe(10_000);
    expect(next.results).toMatchObject([{ requested: true }]);
  });

  it('leaves even an attempt that begins late the time to ask and to read', async () => {
    const heartbeatDetails = { v: 1, elapsedMs: 70_000, requested: [] };
    const { results } = await driveAll({ [cancel]: taken, [read]: inTurn(running, canceled) }, [item], {
      attempt: { info: { attempt: 2, heartbeatDetails } },
    });
    expect(results).toMatchObject([{ confirmed: true }]);
  });

  it.each([403, 404, 422])(
    'lets a later attempt ask first, though reads are refused with %i all the time',
    async (status) => {
      const heartbeatDetails = { v: 1, elapsedMs: 31_000, requested: [] };
      const { results, lines } = await driveAll({ [cancel]: taken, [read]: answer(status) }, [item], {
        attempt: { info: { attempt: 2, heartbeatDetails } },
      });
      expect(lines).toContain(cancel);
      expect(results).toMatchObject([{ requested: true, confirmed: false }]);
    },
  );

  it('may be longer than a timer of Node’s', async () => {
    const days = 86_400_000;
    const script = { [cancel]: taken, [read]: inTurn(canceling, canceled) };
    const { perform } = startsOnScript(script, { client: { clock: systemClock } });
    const request = { organization: 'default', items: [item], timeoutMs: 60 * days };
    expect(await perform('cancelExecutions', request)).toMatchObject([{ confirmed: true }]);
  });

  it('is handed over when the worker stops', async () => {
    const { perform, clock, heartbeats } = startsOnScript({ [cancel]: taken, [read]: canceling });
    let environment: MockActivityEnvironment | undefined;
    const request = { organization: 'default', items: [item], timeoutMs: 60_000 };
    const cancelling = perform('cancelExecutions', request, { onStart: (one) => (environment = one) });
    cancelling.catch(() => undefined);
    await settled();
    await clock.advance(3_000);
    environment?.cancel('WORKER_SHUTDOWN', { workerShutdown: true } as never);
    await expect(cancelling).rejects.toMatchObject({ type: 'polytomic.Unavailable', nonRetryable: false });
    expect(heartbeats.at(-1)).toEqual({ v: 1, elapsedMs: 3_000, requested: [0] });
  });

  it('is not ended by a worker that does not know the organization', async () => {
    const { perform } = startsOnScript({});
    const request = { organization: 'other', items: [item], timeoutMs: 60_000 };
    await expect(perform('cancelExecutions', request)).rejects.toMatchObject({
      type: 'polytomic.InvalidInput',
      nonRetryable: false,
    });
  });

  it('is left to others by a worker that may not cancel, which says so where all that were asked may not', async () => {
    const { perform, lines } = startsOnScript({}, { allows: (operation) => !operation.endsWith('.cancel') });
    const request = { organization: 'default', items: [item], timeoutMs: 60_000 };
    for (const attempt of [1, 2, 3]) {
      const asked = perform('cancelExecutions', request, { info: { attempt } });
      await expect(asked).rejects.toMatchObject({ type: 'polytomic.NotAllowed', nonRetryable: false });
    }
    const last = await perform('cancelExecutions', request, { info: { attempt: 4 } });
    expect(last).toMatchObject([{ requested: false, confirmed: false, problem: expect.stringContaining('cancel') }]);
    expect(lines()).toEqual([]);
  });
});
