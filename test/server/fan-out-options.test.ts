/** What a fan-out may be asked for besides: time limits, policies, parts, and what it does when it is cancelled. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Emulator, EmulatorOptions, ModelSyncSeed } from '../../src/testing';
import {
  addSyncs,
  countsOf,
  expectOnceEach,
  failedResultOf,
  idAt,
  peakOf,
  resultOf,
  runsBySync,
  startOrganizations,
  untilRuns,
  type Organizations,
} from './support/fan-out';
import { sideBySide } from './support/side-by-side';
import type { Handle } from './support/world';

const cancelMs = 400;
const organizations = {
  late: {},
  expired: { cancelMs },
  cancelled: { cancelMs },
  left: {},
  stopped: {},
  cut: { cancelMs },
  cutAtLast: { cancelMs },
  retried: {},
  paced: {},
  sharded: {},
  planned: {},
  named: {},
  truncated: { bulkListPaging: 'truncated' },
  empty: {},
} satisfies Record<string, EmulatorOptions>;
type Name = keyof typeof organizations;

let stage: Organizations<Name>;
beforeAll(async () => {
  stage = await startOrganizations<Name>('fan-out-options', organizations);
});
afterAll(() => stage.close());

const start = (organization: Name, input: Record<string, unknown>): Promise<Handle> =>
  stage.world.start('runAllBulkSyncs', { organization, ...input });

/** Adds so many syncs, the first few of which are special. */
function seedSyncs(organization: Name, count: number, ...special: ModelSyncSeed[]): Emulator {
  const emulator = stage.emulators[organization];
  for (const [at, { id }] of addSyncs(emulator, { count }).entries()) {
    const { script, ...fields } = special[at] ?? {};
    if (script) emulator.script(id, script);
    emulator.updateSync(id, fields);
  }
  return emulator;
}

const statusesOf = (emulator: Emulator): string[] => emulator.executions().map(({ status }) => status);
const endless = { script: 'neverEnds' } as const;
const slow = { script: { durationMs: 3_000 } };
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

const late = async (): Promise<void> => {
  const emulator = seedSyncs('late', 6, endless, endless);
  const result = await failedResultOf(await start('late', { timeoutPerSync: '3 seconds', maxConcurrent: 3 }));
  expect(countsOf(result)).toEqual({ total: 6, completed: 4, timedOut: 2 });
  expect(statusesOf(emulator).sort()).toEqual([...times(2, 'canceled'), ...times(4, 'completed')]);
  for (const { syncId, status, createdAt, cancelRequestedAt = NaN } of emulator.executions()) {
    if (status !== 'canceled') continue;
    expect([idAt(0), idAt(1)]).toContain(syncId);
    expect(cancelRequestedAt - createdAt).toBeGreaterThan(2_000);
  }
  expect(result.failures).toMatchObject(times(2, { outcome: 'timedOut', cancelConfirmed: true }));
};

const expired = async (): Promise<void> => {
  const emulator = seedSyncs('expired', 10, ...times(10, endless));
  const result = await failedResultOf(await start('expired', { timeout: '20 seconds', maxConcurrent: 4 }));
  expect(statusesOf(emulator)).toEqual(times(4, 'canceled'));
  expect(countsOf(result)).toEqual({ total: 10, timedOut: 10 });
  expect(result.failures.filter(({ executionId }) => executionId !== null)).toHaveLength(4);
};

const cancelled = async (): Promise<void> => {
  const emulator = seedSyncs('cancelled', 10, ...times(10, endless));
  const theirs = emulator.startRun(idAt(0), { script: 'neverEnds' });
  const handle = await start('cancelled', { ifRunning: 'attach', maxConcurrent: 4 });
  await untilRuns(emulator, (runs) => runs.length === 4 && runs.every(({ status }) => status === 'running'));
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  const [first, ...own] = emulator.executions();
  expect(first).toMatchObject({ id: theirs, status: 'running', cancelRequestedAt: undefined });
  expect(own.map(({ status }) => status)).toEqual(times(3, 'canceled'));
};

const left = async (): Promise<void> => {
  const emulator = seedSyncs('left', 6, ...times(6, endless));
  const handle = await start('left', { onCancel: 'leaveRunning', maxConcurrent: 4 });
  await untilRuns(emulator, (runs) => runs.length === 4);
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  expect(emulator.executions()).toMatchObject(times(4, { status: 'running', cancelRequestedAt: undefined }));
};

const stopped = async (): Promise<void> => {
  const emulator = seedSyncs('stopped', 10, { script: 'failed' }, slow, slow);
  const input = { failurePolicy: 'stopStarting', maxConcurrent: 3 };
  const result = await failedResultOf(await start('stopped', input));
  expect(countsOf(result)).toEqual({ total: 10, failed: 1, completed: 2, skipped: 7 });
  expect(statusesOf(emulator).sort()).toEqual(['completed', 'completed', 'failed']);
  expect(result.failures).toMatchObject([{ syncId: idAt(0), outcome: 'failed' }]);
};

const cut = async (): Promise<void> => {
  const emulator = seedSyncs('cut', 10, { script: 'failed' }, endless, endless);
  const result = await failedResultOf(await start('cut', { failurePolicy: 'cancelRest', maxConcurrent: 3 }));
  expect(countsOf(result)).toEqual({ total: 10, failed: 1, canceled: 2, skipped: 7 });
  expect(statusesOf(emulator).sort()).toEqual(['canceled', 'canceled', 'failed']);
};

/** Nothing waits for its turn, so that nothing hangs on an end but what else runs. */
const cutAtLast = async (): Promise<void> => {
  const emulator = seedSyncs('cutAtLast', 3, { script: 'failed' }, endless, endless);
  const failure = await failedResultOf(await start('cutAtLast', { failurePolicy: 'cancelRest' }));
  expect(countsOf(failure)).toEqual({ total: 3, failed: 1, canceled: 2 });
  const [failed, ...rest] = emulator.executions().sort((one, other) => (one.syncId < other.syncId ? -1 : 1));
  for (const { cancelRequestedAt = NaN } of rest)
    expect(cancelRequestedAt - (failed?.completedAt ?? NaN)).toBeLessThan(25_000);
};

const retried = async (): Promise<void> => {
  const emulator = seedSyncs('retried', 4, {}, { script: 'oneSchemaFailed' });
  emulator.scriptNext(idAt(0), 'oneSchemaFailed');
  const result = await failedResultOf(await start('retried', { retryFailedSchemas: 1 }));
  expect(countsOf(result)).toEqual({ total: 4, completed: 3, partiallyFailed: 1 });
  expect(Object.values(runsBySync(emulator)).sort()).toEqual([1, 1, 2, 2]);
  const again = emulator.executions().filter(({ options }) => options.schemas !== undefined);
  expect(again.map(({ syncId, options }) => [syncId, options.schemas]).sort()).toEqual([
    [idAt(0), ['public.users']],
    [idAt(1), ['public.users']],
  ]);
  expect(result.failures).toMatchObject([{ syncId: idAt(1), executions: [expect.anything(), expect.anything()] }]);
};

const paced = async (): Promise<void> => {
  const emulator = seedSyncs('paced', 6);
  expect(countsOf(await resultOf(await start('paced', { startsPerMinute: 12 })))).toEqual({ total: 6, completed: 6 });
  const starts = emulator.executions().map(({ createdAt }) => createdAt);
  // Two at a time, every ten seconds or so.
  for (const [at, began] of starts.entries()) expect((starts[at + 2] ?? Infinity) - began).toBeGreaterThan(8_000);
};

const sharded = async (): Promise<void> => {
  const emulator = stage.emulators.sharded;
  const syncs = addSyncs(emulator, { count: 20 });
  const parts = [0, 1].map(async (index) => resultOf(await start('sharded', { shard: { index, of: 2 } })));
  const [one, other] = (await Promise.all(parts)).map(countsOf);
  expectOnceEach(emulator, syncs);
  expect((one?.completed ?? NaN) + (other?.completed ?? NaN)).toBe(20);
  expect([one?.total, other?.total]).toEqual([one?.completed, other?.completed]);
};

const planned = async (): Promise<void> => {
  const emulator = seedSyncs('planned', 60, { active: false });
  const result = await resultOf(await start('planned', { dryRun: true }));
  expect(result).toMatchObject({ total: 59, completed: 0, listComplete: true });
  expect(result.dryRun?.syncs).toHaveLength(59);
  expect(result.dryRun?.syncs[0]).toEqual({ syncId: idAt(1), name: 'sync 1' });
  expect(result.dryRun?.requests).toBeGreaterThanOrEqual(2 * 59);
  expect(result.dryRun?.billableActions).toBeGreaterThan(0);
  expect(emulator.executions()).toEqual([]);
  expect(emulator.requests().filter(({ method }) => method !== 'GET')).toEqual([]);
};

const named = async (): Promise<void> => {
  const emulator = seedSyncs('named', 5);
  const result = await failedResultOf(await start('named', { filter: { ids: [idAt(3), 'ghost'] } }));
  expect(countsOf(result)).toEqual({ total: 2, completed: 1, failed: 1 });
  expect(result.failures).toMatchObject([
    { syncId: 'ghost', executionId: null, reason: expect.stringContaining('polytomic.NotFound') },
  ]);
  expect(runsBySync(emulator)).toEqual({ [idAt(3)]: 1 });
};

const truncated = async (): Promise<void> => {
  const emulator = seedSyncs('truncated', 60);
  const result = await resultOf(await start('truncated', { maxConcurrent: 50 }));
  expect(result.listComplete).toBe(false);
  expect(countsOf(result)).toEqual({ total: 50, completed: 50 });
  expect(peakOf(emulator.executions())).toBeLessThanOrEqual(50);
};

const empty = async (): Promise<void> => {
  const emulator = seedSyncs('empty', 3);
  const result = await resultOf(await start('empty', { filter: { name: 'nothing*' } }));
  expect(result).toMatchObject({ total: 0, failures: [], listComplete: true });
  expect(emulator.executions()).toEqual([]);
};

describe('a fan-out', () => {
  sideBySide({
    'cancels a sync that takes longer than timeoutPerSync, and goes on with the others': late,
    'cancels what runs when its own timeout has passed, and counts what never ran as timed out too': expired,
    'ends as cancelled once its own runs are canceled, having touched no run that it attached to': cancelled,
    'leaves its runs alone when it is cancelled, if asked to': left,
    'starts nothing more after a failure with stopStarting, and lets those end that run': stopped,
    'cancels those that run after a failure with cancelRest': cut,
    'does so before long where nothing waits for its start any more': cutAtLast,
    'runs only the failed schemas again, as often as asked': retried,
    'starts no more in a minute than asked, a few at a time': paced,
    'runs each sync once in two parts that are one': sharded,
    'starts nothing in a dry run, and tells what it would start': planned,
    'lists an id that no sync has as failed, and runs the others': named,
    'tells when the list of syncs cannot be proved complete': truncated,
    'completes where nothing matches': empty,
  });
});
