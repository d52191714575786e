/** Which runs a wait or a cancel looks up the page of, and what that may cost. */
import { describe, expect, it } from '@jest/globals';
import type { CancelledItem } from '../../../src/contracts/starts';
import type { AwaitExecutionsResult, ManyWait } from '../../../src/contracts/waits';
import type { Emulator, ExecutionScript } from '../../../src/testing';
import { withUrls } from '../../../src/executions/with-urls';
import { createClient } from '../../../src/polytomic/client';
import type { Fetch } from '../../../src/polytomic/http';
import { waitUntil } from '../../server/support/wait-until';
import { completed } from '../rules/fixtures';
import { activitiesOnEmulator, type Activities } from './support/activities-on-emulator';
import { ManualClock } from './support/manual-clock';

/** A run of a new sync, as a wait takes it. */
function runOf({ emulator }: Activities, script: ExecutionScript = 'completed') {
  const { id: syncId } = emulator.addModelSync();
  const executionId = emulator.startRun(syncId, { script });
  return { kind: 'model' as const, syncId, executionId, createdAt: null, usual: null };
}

type Run = ReturnType<typeof runOf> & { mayStillFail?: true };

const many: ManyWait = { spare: 0, fullBefore: false, failedSchemas: false, connections: false };
const request = { organization: 'default', waiter: 'test', lingerMs: 500, upNext: [] };

async function urlsOf({ perform }: Activities, executions: Run[], more = {}): Promise<(string | undefined)[]> {
  const { settled } = (await perform('awaitExecutions', { ...request, executions, ...more })) as AwaitExecutionsResult;
  return settled.map((one) => (one.state === 'ended' ? one.execution.url : undefined));
}

async function cancelled({ perform }: Activities, runs: Run[], more = {}): Promise<CancelledItem[]> {
  const start = { windows: [], known: { ids: [], listed: true }, options: {} };
  const items = runs.map(({ kind, syncId, executionId }) => ({ kind, syncId, executionId, cancel: true, ...start }));
  return (await perform('cancelExecutions', {
    organization: 'default',
    items,
    timeoutMs: 5_000,
    ...more,
  })) as CancelledItem[];
}

const pageOf = ({ url }: Emulator, { executionId }: Run): unknown =>
  expect.stringMatching(new RegExp(`^${url}/.+${executionId}`));
const pagesAsked = ({ emulator }: Activities): number =>
  emulator.requests().filter(({ operation }) => operation === 'entities.get').length;

describe.each([
  ['one run', {}],
  ['many', { many }],
])('a wait for %s', (_what, more) => {
  it('asks for the page of a completed run only where it may still count as a failure', async () => {
    const activities = await activitiesOnEmulator();
    const plain = runOf(activities);
    expect(await urlsOf(activities, [plain], more)).toEqual([undefined]);
    expect(pagesAsked(activities)).toBe(0);
    const limited = runOf(activities);
    expect(await urlsOf(activities, [{ ...limited, mayStillFail: true }], more)).toEqual([
      pageOf(activities.emulator, limited),
    ]);
  });
});

describe('the page of a run', () => {
  it('is asked for where it completed with errors of which no count is reported', async () => {
    const activities = await activitiesOnEmulator();
    const end = { status: 'completed_with_errors', afterMs: 50, ended: true, counts: null };
    const run = runOf(activities, [{ status: 'running', afterMs: 0 }, end]);
    expect(await urlsOf(activities, [run])).toEqual([pageOf(activities.emulator, run)]);
  });

  it('is asked for of five runs at most, of failed ones first', async () => {
    const activities = await activitiesOnEmulator();
    const fine = Array.from({ length: 6 }, () => ({ ...runOf(activities), mayStillFail: true as const }));
    const failed = runOf(activities, 'failed');
    const { perform, emulator } = activities;
    await waitUntil(() => emulator.executions().every(({ completedAt }) => completedAt !== undefined));
    const answer = await perform('awaitExecutions', {
      ...request,
      executions: [...fine, failed],
      many,
      lingerMs: 20_000,
    });
    const { settled } = answer as AwaitExecutionsResult;
    const urls = settled.flatMap((one) => (one.state === 'ended' && one.execution.url ? [one.execution] : []));
    expect(pagesAsked(activities)).toBe(5);
    expect(urls.map(({ executionId }) => executionId)).toContain(failed.executionId);
  });

  it('is left out of a result that it would hold up for long', async () => {
    const clock = new ManualClock();
    const fetch: Fetch = async (_url, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    const client = createClient({ apiKey: 'test-key-1234', clock, fetch });
    const failed = { state: 'ended' as const, execution: completed({ ending: 'failed' }) };
    const { signal } = new AbortController();
    expect(await clock.until(withUrls(client, [failed], { signal, mayStillFail: () => false }))).toEqual([failed]);
    expect(clock.monotonic()).toBeLessThanOrEqual(5_000);
  });
});

describe('a cancel', () => {
  it('adds the pages of the runs only where they are wanted', async () => {
    const activities = await activitiesOnEmulator({ emulator: { cancelMs: 50 } });
    const [plain] = await cancelled(activities, [runOf(activities, 'neverEnds')]);
    expect([plain?.confirmed, plain?.execution?.url, pagesAsked(activities)]).toEqual([true, undefined, 0]);
    const run = runOf(activities, 'neverEnds');
    const [found] = await cancelled(activities, [run], { urls: true });
    expect(found).toMatchObject({ confirmed: true, execution: { url: pageOf(activities.emulator, run) } });
  });

  it('adds the page of a run that was not seen to end', async () => {
    const activities = await activitiesOnEmulator();
    const run = runOf(activities, { outcome: 'neverEnds', onCancel: 'never' });
    const [found] = await cancelled(activities, [run], { urls: true, timeoutMs: 200 });
    expect(found).toMatchObject({ confirmed: false, execution: { url: pageOf(activities.emulator, run) } });
  });

  it('tells what became of the run though its page cannot be read', async () => {
    const activities = await activitiesOnEmulator({ emulator: { cancelMs: 50 } });
    activities.emulator.fault({ operation: 'entities.get', status: 500 });
    const [found] = await cancelled(activities, [runOf(activities, 'neverEnds')], { urls: true });
    expect(found).toMatchObject({ confirmed: true, execution: { ending: 'canceled' } });
    expect(found?.execution).not.toHaveProperty('url');
  });
});
