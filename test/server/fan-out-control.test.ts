/** Steering a fan-out while it runs: judged by what is started after the update was answered. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { FanOutProgress } from '../../src/contracts/fan-out-progress';
import type { Emulator, EmulatorOptions, EmulatorSync, ExecutionRecord, ExecutionScript } from '../../src/testing';
import {
  addSyncs,
  countsOf,
  expectOnceEach,
  idAt,
  peakOf,
  progressOf,
  resultOf,
  startOrganizations,
  untilRuns,
  type Organizations,
} from './support/fan-out';
import { sideBySide } from './support/side-by-side';
import { endedByHand } from './support/syncs';
import { waitUntil } from './support/wait-until';
import type { Handle } from './support/world';

const organizations = {
  paused: {},
  slowed: {},
  widened: { durationMs: 1_500 },
  skipping: {},
  refusing: {},
} satisfies Record<string, EmulatorOptions>;
type Name = keyof typeof organizations;

let stage: Organizations<Name>;
beforeAll(async () => {
  stage = await startOrganizations<Name>('fan-out-control', organizations);
});
afterAll(() => stage.close());

async function startAll(organization: Name, count: number, maxConcurrent: number, script?: ExecutionScript) {
  const emulator = stage.emulators[organization];
  const syncs = addSyncs(emulator, { count, ...(script && { seed: { script } }) });
  const handle = await stage.world.start('runAllBulkSyncs', { organization, maxConcurrent });
  return { emulator, syncs, handle };
}

/** Ends what runs. */
function endRuns(emulator: Emulator): void {
  for (const { id, completedAt } of emulator.executions()) if (completedAt === undefined) emulator.cancelRun(id);
}

/** Runs that begin from now on end by themselves, and those that are going on at once. */
function endByThemselves(emulator: Emulator, syncs: readonly EmulatorSync[], durationMs = 500): void {
  for (const { id } of syncs) emulator.script(id, { durationMs });
  endRuns(emulator);
}

const update = (handle: Handle, name: string, ...args: unknown[]): Promise<unknown> =>
  handle.executeUpdate<unknown, [unknown, ...unknown[]]>(name, { args: args as [unknown] });

/** Syncs whose turn had come, those whose start was just being made included. */
async function begunBy(handle: Handle): Promise<number> {
  const { counts, runningCount } = await progressOf(handle);
  return Object.values(counts).reduce((sum, count) => sum + count, runningCount);
}

async function untilProgress(handle: Handle, isTrue: (progress: FanOutProgress) => boolean): Promise<void> {
  await waitUntil(async () => isTrue(await progressOf(handle)), { everyMs: 200 });
}

const pause = async (): Promise<void> => {
  const { emulator, syncs, handle } = await startAll('paused', 40, 5, endedByHand);
  await untilRuns(emulator, (runs) => runs.length === 5);
  endRuns(emulator);
  await untilRuns(emulator, (runs) => runs.length === 10);
  expect(await update(handle, 'pause')).toEqual({ paused: true });
  const begun = await begunBy(handle);
  endByThemselves(emulator, syncs);
  await untilProgress(handle, ({ runningCount }) => runningCount === 0);
  const { phase, waiting, total } = await progressOf(handle);
  expect({ phase, waiting, total }).toEqual({ phase: 'paused', waiting: 40 - begun, total: 40 });
  expect(emulator.executions()).toHaveLength(begun);
  const over = emulator.clock.now();
  expect(await update(handle, 'resume')).toEqual({ paused: false });
  expect(countsOf(await resultOf(handle))).toEqual({ total: 40, completed: 40 });
  expectOnceEach(emulator, syncs);
  expect(emulator.executions()[begun]?.createdAt).toBeGreaterThanOrEqual(over);
};

/** How many ran when this one began, itself included. */
const besides = (runs: readonly ExecutionRecord[], { createdAt }: ExecutionRecord): number =>
  runs.filter((run) => run.createdAt <= createdAt && (run.completedAt ?? Infinity) > createdAt).length;

const slowDown = async (): Promise<void> => {
  const { emulator, syncs, handle } = await startAll('slowed', 26, 8, endedByHand);
  await untilRuns(emulator, (runs) => runs.length === 8);
  endRuns(emulator);
  await untilRuns(emulator, (runs) => runs.length === 16);
  expect(await update(handle, 'setConcurrency', 2)).toEqual({ maxConcurrent: 2 });
  const begun = await begunBy(handle);
  expect((await progressOf(handle)).maxConcurrent).toBe(2);
  endByThemselves(emulator, syncs, 1_500);
  expect(countsOf(await resultOf(handle))).toEqual({ total: 26, completed: 26 });
  expectOnceEach(emulator, syncs);
  const runs = emulator.executions();
  expect(peakOf(runs)).toBeLessThanOrEqual(8);
  expect(begun).toBeLessThan(26);
  expect(Math.max(...runs.slice(begun).map((run) => besides(runs, run)))).toBeLessThanOrEqual(2);
};

const widen = async (): Promise<void> => {
  const { emulator, syncs, handle } = await startAll('widened', 20, 2);
  await untilRuns(emulator, (runs) => runs.length >= 2);
  expect(await update(handle, 'setConcurrency', 18)).toEqual({ maxConcurrent: 18 });
  expect(countsOf(await resultOf(handle))).toEqual({ total: 20, completed: 20 });
  expectOnceEach(emulator, syncs);
  expect(peakOf(emulator.executions())).toBeGreaterThan(2);
  expect(peakOf(emulator.executions())).toBeLessThanOrEqual(18);
};

/** The update was not accepted, and says why. */
async function expectRefused(refused: Promise<unknown>, reason: RegExp): Promise<void> {
  await expect(refused).rejects.toMatchObject({
    cause: { type: 'polytomic.InvalidInput', message: expect.stringMatching(reason) },
  });
}

function runOf(emulator: Emulator, syncId: string): ExecutionRecord | undefined {
  return emulator.executions().find((run) => run.syncId === syncId);
}

const skip = async (): Promise<void> => {
  const { emulator, syncs, handle } = await startAll('skipping', 12, 2, endedByHand);
  await untilProgress(handle, ({ running }) => running.some(({ executionId }) => executionId !== null));
  expect(await update(handle, 'skip', idAt(10).toUpperCase())).toEqual({ skipped: idAt(10) });
  await expectRefused(update(handle, 'skip', idAt(10)), /no sync .* waits for its start/);
  await expectRefused(update(handle, 'skip', 'ghost'), /no sync ghost waits for its start/);
  const [running] = (await progressOf(handle)).running;
  await expectRefused(
    update(handle, 'skip', running?.syncId),
    new RegExp(`too late, ${running?.syncId} has its turn.*${running?.executionId}`),
  );
  endByThemselves(emulator, syncs);
  const result = await resultOf(handle);
  expect(countsOf(result)).toEqual({ total: 12, completed: 11, skipped: 1 });
  expect(runOf(emulator, idAt(10))).toBeUndefined();
  expectOnceEach(
    emulator,
    syncs.filter(({ id }) => id !== idAt(10)),
  );
};

const refuse = async (): Promise<void> => {
  const { emulator, syncs, handle } = await startAll('refusing', 6, 2, endedByHand);
  await untilRuns(emulator, (runs) => runs.length > 0);
  for (const wrong of [0, 1_001, 1.5, '3', null])
    await expectRefused(update(handle, 'setConcurrency', wrong), /expected a whole number from 1 to 1000/);
  for (const wrong of ['', 7, null, '\ud83d'])
    await expectRefused(update(handle, 'skip', wrong), /expected the id of a sync/);
  expect((await progressOf(handle)).maxConcurrent).toBe(2);
  endByThemselves(emulator, syncs);
  expect(countsOf(await resultOf(handle))).toEqual({ total: 6, completed: 6 });
  expectOnceEach(emulator, syncs);
};

describe('of a running fan-out', () => {
  sideBySide({
    'a pause stops new starts at once while what runs may end, and resume goes on': pause,
    'fewer syncs at a time are reached by starting none until enough have ended': slowDown,
    'more syncs at a time are started at once': widen,
    'a sync is skipped that has not started, and none that has, with the reason': skip,
    'wrong arguments are refused, with what was expected': refuse,
  });
});
