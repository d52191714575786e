/** Cancelling one run, on scripted answers and a clock of its own. */
import { describe, expect, it } from '@jest/globals';
import type { CancelItem, CancelledItem } from '../../../src/contracts/composite-activities';
import { cancelOne } from '../../../src/executions/cancel';
import {
  at,
  completed,
  failure,
  run,
  scriptedAdapter,
  startOfTest,
  type AdapterScript,
} from './support/scripted-adapter';
import { VirtualClock } from './support/virtual-clock';

const item: CancelItem = {
  kind: 'model',
  syncId: 'sync-1',
  executionId: 'ours',
  newestBefore: 'old',
  notBefore: at(0),
  keys: ['key-0001'],
  options: {},
  cancel: true,
};
const running = run('ours');
const canceling = run('ours', { status: 'canceling' });
const canceled = run('ours', { status: 'canceled', phase: 'ended', ending: 'canceled' });
const busy = failure('Unavailable');

async function drive(
  script: AdapterScript,
  changes: Partial<CancelItem> = {},
): Promise<{ result: CancelledItem; calls: string[]; tookMs: number }> {
  const { adapter, calls } = scriptedAdapter(script);
  const clock = new VirtualClock();
  const result = await cancelOne({ adapter, item: { ...item, ...changes }, timeoutMs: 60_000, clock });
  return { result, calls, tookMs: clock.now() - startOfTest };
}

const countOf = (calls: string[], verb: string): number => calls.filter((call) => call.startsWith(verb)).length;

describe('cancelling a run', () => {
  it('asks once, then reads until the run has ended', async () => {
    const { result, calls, tookMs } = await drive({ read: [running, canceling, canceling, canceled], cancel: [true] });
    expect(result).toEqual({
      ...{ executionId: 'ours', requested: true, confirmed: true, problem: null },
      execution: canceled,
    });
    expect(calls).toEqual(['read ours', 'cancel ours', 'read ours', 'read ours', 'read ours']);
    expect(tookMs).toBeLessThan(2_000);
  });

  it('requests nothing for a run that has ended already, and tells how it ended', async () => {
    const { result, calls } = await drive({ read: [completed('ours')] });
    expect(result).toMatchObject({ requested: false, confirmed: true, execution: { ending: 'completed' } });
    expect(calls).toEqual(['read ours']);
  });

  it('counts a run that completes in spite of the request by its confirming read', async () => {
    const { result } = await drive({ read: [running, completed('ours')], cancel: [true] });
    expect(result).toMatchObject({ requested: true, confirmed: true, execution: { ending: 'completed' } });
  });

  it('only reads where the run is left running', async () => {
    const { result, calls } = await drive({ read: [running] }, { cancel: false });
    expect(result).toMatchObject({ requested: false, confirmed: false, execution: running, problem: null });
    expect(calls).toEqual(['read ours']);
  });

  it('asks again every few seconds while the run does not even begin to cancel', async () => {
    const { result, calls } = await drive({ read: [running], cancel: [true] });
    expect(result).toMatchObject({ requested: true, confirmed: false });
    expect(result.problem).toMatch(/not seen to end within 60000 ms/);
    expect(countOf(calls, 'cancel')).toBeGreaterThanOrEqual(8);
    expect(countOf(calls, 'cancel')).toBeLessThanOrEqual(12);
  });

  it('does not repeat itself to a run that is canceling, and tells when it does not end in time', async () => {
    const { result, calls, tookMs } = await drive({ read: [running, canceling], cancel: [true] });
    expect(result).toMatchObject({ requested: true, confirmed: false, execution: { status: 'canceling' } });
    expect(countOf(calls, 'cancel')).toBe(1);
    expect(tookMs).toBe(60_000);
  });
});

describe('trouble while cancelling', () => {
  it('is gone through: reads and requests are tried again until the bound', async () => {
    const gone = failure('Network');
    const { result } = await drive({ read: [gone, busy, gone, busy, canceled], cancel: [gone, busy, true] });
    expect(result).toMatchObject({ requested: true, confirmed: true, problem: null });
  });

  it('does not keep the request from being sent when the first read fails', async () => {
    const { calls } = await drive({ read: [busy, canceled], cancel: [true] });
    expect(calls).toEqual(['read ours', 'cancel ours', 'read ours']);
  });

  it('does not keep the request from being sent when the first read hangs', async () => {
    const { adapter, calls } = scriptedAdapter({ read: [], cancel: [true] });
    const reads = [new Promise<never>(() => undefined), Promise.resolve(canceled)];
    const hanging = { ...adapter, readExecution: () => reads.shift() ?? Promise.resolve(canceled) };
    const clock = new VirtualClock();
    const result = await cancelOne({ adapter: hanging, item, timeoutMs: 60_000, clock });
    expect(calls).toEqual(['cancel ours']);
    expect(result).toMatchObject({ requested: true, confirmed: true });
    expect(clock.now() - startOfTest).toBeLessThan(2_000);
  });

  it('is told when it lasts to the bound', async () => {
    const { result, tookMs } = await drive({ read: [busy], cancel: [busy] });
    expect(result).toMatchObject({ requested: false, confirmed: false, execution: null });
    expect(result.problem).toMatch(/answered 503/);
    expect(tookMs).toBe(60_000);
  });

  it('obeys Retry-After', async () => {
    const slow = failure('RateLimited', { retryAfterMs: 9_000 });
    const { calls, tookMs } = await drive({ read: [running, canceled], cancel: [slow, true] });
    expect(calls).toEqual(['read ours', 'cancel ours', 'read ours']);
    expect(tookMs).toBe(9_000);
  });

  it.each(['Rejected', 'NotFound', 'Conflict'] as const)(
    'takes a %s of the request for "perhaps nothing to cancel", which a read settles',
    async (code) => {
      const { result } = await drive({ read: [running, completed('ours')], cancel: [failure(code)] });
      expect(result).toMatchObject({ requested: false, confirmed: true, execution: { ending: 'completed' } });
    },
  );

  it('ends with the problem when the credential may not cancel', async () => {
    const { result, tookMs } = await drive({ read: [running], cancel: [failure('Forbidden')] });
    expect(result).toMatchObject({ requested: false, confirmed: false, execution: running });
    expect(result.problem).toMatch(/403/);
    expect(tookMs).toBe(0);
  });

  it('survives a key that is just being rotated, not one that is refused for good', async () => {
    const denied = failure('Unauthorized', { method: 'GET' });
    const rotated = await drive({ read: [denied, canceled], cancel: [true] });
    expect(rotated.result.confirmed).toBe(true);
    const revoked = await drive({ read: [denied], cancel: [denied] });
    expect(revoked.result).toMatchObject({ confirmed: false, problem: expect.stringMatching(/401/) });
    expect(revoked.tookMs).toBeLessThan(5_000);
  });

  it('ends with the problem where the API version has no cancel', async () => {
    const { result } = await drive({ read: [running], cancel: [failure('NotSupported')] });
    expect(result).toMatchObject({ requested: false, confirmed: false, execution: running });
    expect(result.problem).not.toBeNull();
  });

  it('stops looking for a run that stays unknown for 30 s', async () => {
    const missing = failure('NotFound', { method: 'GET' });
    const { result, tookMs } = await drive({ read: [missing], cancel: [missing] });
    expect(result).toMatchObject({ confirmed: false, problem: expect.stringMatching(/404/) });
    expect(tookMs).toBeGreaterThanOrEqual(30_000);
    expect(tookMs).toBeLessThan(35_000);
  });

  it('does not hold the caller beyond the bound when a request hangs', async () => {
    const { adapter } = scriptedAdapter({ read: [running] });
    const clock = new VirtualClock();
    const hanging = { ...adapter, cancel: () => new Promise<boolean>(() => undefined) };
    const result = await cancelOne({ adapter: hanging, item, timeoutMs: 5_000, clock });
    expect(result).toMatchObject({ requested: false, confirmed: false, execution: running });
    expect(clock.now() - startOfTest).toBe(5_000);
  });
});

describe('cancelling a run whose start was never answered', () => {
  const unknown = { executionId: null };
  const old = completed('old', { createdAt: at(-3_600_000) });

  it('finds it in the list, and cancels it', async () => {
    const ours = run('ours', { createdAt: at(300) });
    const { result, calls } = await drive(
      { recent: [[old], [old], [ours, old]], read: [running, canceled], cancel: [true] },
      unknown,
    );
    expect(result).toMatchObject({ executionId: 'ours', requested: true, confirmed: true });
    expect(calls).toEqual(['list', 'list', 'list', 'read ours', 'cancel ours', 'read ours']);
  });

  it('says so when none shows within 30 s', async () => {
    const { result, tookMs } = await drive({ recent: [[old]] }, unknown);
    expect(result).toMatchObject({ executionId: null, requested: false, confirmed: false, execution: null });
    expect(result.problem).toMatch(/no execution/);
    expect(tookMs).toBeLessThan(33_000);
  });

  it('cancels nothing that was there before', async () => {
    const { calls } = await drive({ recent: [[run('old', { createdAt: at(-1_000) })]] }, unknown);
    expect(countOf(calls, 'cancel')).toBe(0);
  });
});
