/** Cancels against the emulator: they reach our run, and no other. */
import { describe, expect, it } from '@jest/globals';
import type { CancelItem, CancelledItem } from '../../../src/contracts/starts';
import { cancelRun, type CancelAttempt } from '../../../src/executions/cancel-runs';
import { createLanes } from '../../../src/executions/lanes';
import { countsFingerprint } from '../../../src/rules/stalled';
import { stage, type Stage, type StageOptions } from './support/on-emulator';

const versions = [
  ['model', '2024-02-08'],
  ['model', '2025-09-18'],
  ['bulk', '2024-02-08'],
  ['bulk', '2025-09-18'],
] as const;
const real: StageOptions = { clock: 'real', durationMs: 60_000 };

async function cancel(
  { adapter, client }: Stage,
  changes: Partial<CancelItem>,
  { timeoutMs = 10_000 }: { timeoutMs?: number } = {},
): Promise<CancelledItem> {
  const { clock, serverClock } = client;
  const beganAt = clock.monotonic();
  const over = new AbortController();
  const cancelTimer = clock.setTimer(timeoutMs, () => over.abort());
  const attempt: CancelAttempt = {
    ...{ clock, serverClock, lanes: createLanes(20, clock), errorText: 'include', signal: over.signal },
    elapsedMs: () => clock.monotonic() - beganAt,
    ...{ boundMs: timeoutMs, readsFirst: true },
    wasRequested: () => false,
    onRequested: () => undefined,
  };
  const item: CancelItem = {
    ...{ kind: adapter.kind, syncId: 'none', executionId: null, windows: [], known: { ids: [], listed: true } },
    ...{ options: {}, cancel: true, ...changes },
  };
  return cancelRun(attempt, { adapter, item }).finally(cancelTimer);
}

describe.each(versions)('cancelling a %s run on version %s', (kind, apiVersion) => {
  it('ends it, and says so', async () => {
    const on = await stage(kind, { ...real, apiVersion });
    const executionId = on.emulator.startRun(on.sync.id);
    expect(await cancel(on, { syncId: on.sync.id, executionId })).toMatchObject({
      ...{ executionId, requested: true, confirmed: true, problem: null },
      execution: { status: 'canceled', ending: 'canceled' },
    });
    expect(on.emulator.executions()).toMatchObject([{ id: executionId, status: 'canceled' }]);
  });

  it('leaves the run alone that followed ours', async () => {
    const on = await stage(kind, { ...real, apiVersion });
    const ours = on.emulator.startRun(on.sync.id, { script: { durationMs: 0 } });
    const theirs = on.emulator.startRun(on.sync.id);
    expect(await cancel(on, { syncId: on.sync.id, executionId: ours })).toMatchObject({
      executionId: ours,
      confirmed: true,
    });
    expect(on.emulator.executions().find(({ id }) => id === theirs)?.cancelRequestedAt).toBeUndefined();
  });
});

describe('cancelling under faults', () => {
  it.each(['model', 'bulk'] as const)('reaches a %s run through lost answers and 5xx', async (kind) => {
    const on = await stage(kind, real);
    const executionId = on.emulator.startRun(on.sync.id);
    on.emulator.fault({ operation: `${kind}Sync.executions.get`, status: 503 });
    on.emulator.fault({ operation: `${kind}Sync.executions.cancel`, drop: 'before' });
    on.emulator.fault({ operation: `${kind}Sync.executions.cancel`, status: 500 });
    expect(await cancel(on, { syncId: on.sync.id, executionId })).toMatchObject({ requested: true, confirmed: true });
  });

  it('tells a run that does not end within the bound', async () => {
    const on = await stage('model', real);
    const executionId = on.emulator.startRun(on.sync.id, { script: { outcome: 'neverEnds', onCancel: 'never' } });
    const result = await cancel(on, { syncId: on.sync.id, executionId }, { timeoutMs: 700 });
    expect(result).toMatchObject({ requested: true, confirmed: false, execution: { status: 'canceling' } });
    expect(result.problem).toMatch(/within 700 ms/);
  });

  it('takes for true what the run came to, not what was asked of it', async () => {
    const on = await stage('bulk', real);
    const executionId = on.emulator.startRun(on.sync.id, { script: { outcome: 'neverEnds', onCancel: 'complete' } });
    expect(await cancel(on, { syncId: on.sync.id, executionId })).toMatchObject({
      confirmed: true,
      execution: { ending: 'completed' },
    });
  });
});

describe('cancelling a run whose start was never answered', () => {
  it('finds and cancels it, and not the one before', async () => {
    const on = await stage('bulk', real);
    const old = on.emulator.startRun(on.sync.id, { script: { durationMs: 0 } });
    const ours = on.emulator.startRun(on.sync.id);
    expect(
      await cancel(on, {
        syncId: on.sync.id,
        windows: [{ from: Date.now() - 1_000, to: Date.now() + 900_000 }],
        known: { ids: [old], listed: true },
      }),
    ).toMatchObject({ executionId: ours, confirmed: true });
  });
});

describe('a run that is left running', () => {
  it('is read once, and gets no request', async () => {
    const on = await stage('model', real);
    const executionId = on.emulator.startRun(on.sync.id);
    on.emulator.clearRequests();
    const result = await cancel(on, { syncId: on.sync.id, executionId, cancel: false });
    expect(result).toMatchObject({ requested: false, confirmed: false, problem: null });
    expect(on.emulator.requests().filter(({ method }) => method === 'POST')).toEqual([]);
  });
});

describe('an API version without cancel', () => {
  it('is told as the reason, and the run goes on', async () => {
    const on = await stage('model', { ...real, apiVersion: '2022-12-12' });
    const executionId = on.emulator.startRun(on.sync.id);
    const result = await cancel(on, { syncId: on.sync.id, executionId });
    expect(result).toMatchObject({ requested: false, confirmed: false, execution: { phase: 'waiting' } });
    expect(result.problem).toMatch(/does not exist in version 2022-12-12/);
  });
});

describe('a cancel of a run that stands still', () => {
  const steps = [
    { status: 'running', afterMs: 0, counts: { total: 5, insert: 5 } },
    { status: 'running', afterMs: 1_500, counts: { total: 6, insert: 6 } },
  ];

  it('is asked for once a fresh read shows the same counts', async () => {
    const on = await stage('model', { ...real, apiVersion: '2025-09-18' });
    const executionId = on.emulator.startRun(on.sync.id, { script: steps.slice(0, 1) });
    const ref = { kind: 'model', syncId: on.sync.id, executionId } as const;
    const counts = countsFingerprint(await on.adapter.readExecution(ref));
    expect(counts).not.toBeNull();
    const asked = await cancel(on, { syncId: on.sync.id, executionId, onlyIfCounts: counts ?? 0 });
    expect(asked).toMatchObject({ requested: true, confirmed: true });
  });

  it('is not asked for where somebody else has, and it counts as theirs', async () => {
    const on = await stage('model', { ...real, apiVersion: '2025-09-18' });
    const executionId = on.emulator.startRun(on.sync.id, { script: steps.slice(0, 1) });
    on.emulator.cancelRun(executionId);
    on.emulator.clearRequests();
    const theirs = await cancel(on, { syncId: on.sync.id, executionId, onlyIfCounts: 1 });
    expect(theirs).toMatchObject({ requested: false, confirmed: true, execution: { ending: 'canceled' } });
    expect(on.emulator.requests().filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('is not asked for where the run has moved, nor where it cannot be read', async () => {
    const on = await stage('model', { ...real, apiVersion: '2025-09-18' });
    const executionId = on.emulator.startRun(on.sync.id, { script: steps });
    const changes = { syncId: on.sync.id, executionId, onlyIfCounts: 1 };
    expect(await cancel(on, changes)).toMatchObject({
      ...{ requested: false, confirmed: false, execution: { status: 'running' } },
      ...{ hasMoved: true, problem: expect.stringContaining('counts') },
    });
    on.emulator.fault({ operation: 'modelSync.executions.get', status: 503 });
    const unread = await cancel(on, changes, { timeoutMs: 1_500 });
    expect(unread).toMatchObject({ requested: false, confirmed: false });
    expect(on.emulator.executions()[0]?.cancelRequestedAt).toBeUndefined();
  });
});
