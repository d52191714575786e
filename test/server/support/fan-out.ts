/** Fan-outs in tests: many syncs, and the emulator's own list of executions as the judge of what was started, and when. */
import { expect } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { FanOutProgress } from '../../../src/contracts/fan-out-progress';
import type { FanOutResult } from '../../../src/contracts/fan-out-result';
import {
  startEmulator,
  type Emulator,
  type EmulatorOptions,
  type EmulatorSync,
  type ExecutionRecord,
  type ModelSyncSeed,
} from '../../../src/testing';
import { addSync, type Kind } from './syncs';
import { waitUntil } from './wait-until';
import { failureOf, startWorld, type Handle, type World, type WorldOptions } from './world';

/** The workflow that runs all syncs of a kind. */
export const fanOutOf = { model: 'runAllModelSyncs', bulk: 'runAllBulkSyncs' } as const;

/** No sync but those that a test adds. */
export const noSyncs = { modelSyncs: [], bulkSyncs: [] } as const;

/** Emulators, each an organization of the one worker of a world: no fan-out sees the syncs of another. */
export interface Organizations<Name extends string> {
  world: World;
  emulators: Record<Name, Emulator>;
  close(): Promise<void>;
}

/** Starts the emulators, which differ only in the options given by name, and the world. */
export async function startOrganizations<Name extends string>(
  name: string,
  emulatorOptions: Readonly<Record<Name, EmulatorOptions>>,
  options: WorldOptions = {},
): Promise<Organizations<Name>> {
  const names = Object.keys(emulatorOptions) as Name[];
  const started = await Promise.all(
    names.map((one) => startEmulator({ durationMs: 500, seed: noSyncs, ...emulatorOptions[one] })),
  );
  const emulators = Object.fromEntries(names.map((one, at) => [one, started[at]])) as Record<Name, Emulator>;
  const organizations = Object.fromEntries(names.map((one) => [one, pluginFor(emulators[one])]));
  const world = await startWorld(name, { ...options, plugin: { organizations, ...options.plugin } });
  const close = async (): Promise<void> => {
    await world.close();
    await Promise.all(started.map((emulator) => emulator.close()));
  };
  return { world, emulators, close };
}

/** How a worker reaches an emulator, whose runs last fractions of a second. */
export function pluginFor({ url, apiKey }: Emulator) {
  return { url, apiKey, requestsPerMinute: 600 };
}

/** What syncs are added. */
export interface SyncsToAdd {
  count: number;
  /** Default `bulk`. */
  kind?: Kind;
  /** How many of them fail, spread over all. Default 0. */
  failing?: number;
  seed?: ModelSyncSeed;
}

/** Two connections that an eighth of the syncs share each; every other sync has connections of its own. */
export const crowded = { source: 'warehouse', target: 'lake' } as const;

/** In the order of these ids fan-outs start the syncs. */
export const idAt = (at: number): string => `00000000-0000-4000-a000-${String(at).padStart(12, '0')}`;

/** Adds syncs in the order in which fan-outs start them; the first is called `sync 0`. */
export function addSyncs(emulator: Emulator, { count, kind = 'bulk', failing = 0, seed }: SyncsToAdd): EmulatorSync[] {
  return Array.from({ length: count }, (_, at) => {
    const source = at % 8 === 0 ? crowded.source : `source ${at}`;
    const target = at % 8 === 1 ? crowded.target : `target ${at}`;
    const connections =
      kind === 'bulk'
        ? { source_connection_id: source, destination_connection_id: target }
        : { target: { connection_id: target, object: 'contact' } };
    const fails = Math.floor(((at + 1) * failing) / count) > Math.floor((at * failing) / count);
    const script = fails ? ({ script: 'failed' } as const) : {};
    return addSync({ emulator }, kind, { id: idAt(at), name: `sync ${at}`, ...connections, ...script, ...seed });
  });
}

/** How many runs there were of each sync, by its id. */
export function runsBySync(emulator: Emulator): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { syncId } of emulator.executions()) counts[syncId] = (counts[syncId] ?? 0) + 1;
  return counts;
}

/** Each of these syncs ran once, and no other sync did. */
export function expectOnceEach(emulator: Emulator, syncs: readonly EmulatorSync[]): void {
  expect(runsBySync(emulator)).toEqual(Object.fromEntries(syncs.map(({ id }) => [id, 1])));
}

/** The most runs that there were at one moment. */
export function peakOf(runs: readonly ExecutionRecord[]): number {
  const changes = runs
    .flatMap(({ createdAt, completedAt = Infinity }) => [
      { at: createdAt, by: 1 },
      { at: completedAt, by: -1 },
    ])
    .sort((one, other) => one.at - other.at || one.by - other.by);
  let running = 0;
  return changes.reduce((peak, { by }) => Math.max(peak, (running += by)), 0);
}

/** The most runs that there were at one moment on a connection. */
export function peakOn(emulator: Emulator, connectionId: string): number {
  const touches = ({ syncId }: ExecutionRecord): boolean => {
    const { source_connection_id, destination_connection_id, target } = emulator.sync(syncId).fields;
    const targetId = (target as { connection_id?: unknown } | undefined)?.connection_id;
    return [source_connection_id, destination_connection_id, targetId].includes(connectionId);
  };
  return peakOf(emulator.executions().filter(touches));
}

/** What fan-outs over many syncs are limited to. */
export const limits = { maxConcurrent: 20, maxConcurrentPerConnection: 3 } as const;

/** Each sync ran once, started by us and within the {@link limits}; the result counts all, and lists each that failed. */
export function expectAllRan(
  emulator: Emulator,
  result: FanOutResult,
  { syncs, failing }: { syncs: readonly EmulatorSync[]; failing: number },
): void {
  const runs = emulator.executions();
  expectOnceEach(emulator, syncs);
  expect(runs.filter(({ startedBy }) => startedBy !== 'api')).toEqual([]);
  expect(peakOf(runs)).toBeLessThanOrEqual(limits.maxConcurrent);
  for (const connectionId of Object.values(crowded))
    expect(peakOn(emulator, connectionId)).toBeLessThanOrEqual(limits.maxConcurrentPerConnection);
  expect(countsOf(result)).toEqual({ total: syncs.length, completed: syncs.length - failing, failed: failing });
  expect(result.listComplete).toBe(true);
  const failed = runs.filter(({ status }) => status === 'failed').map(({ syncId, id }) => [syncId, id, 'failed']);
  const listed = result.failures.map(({ syncId, executionId, outcome }) => [syncId, executionId, outcome]);
  expect(failed).toHaveLength(failing);
  expect(listed.sort()).toEqual(failed.sort());
}

/** The result of a fan-out that succeeds. */
export async function resultOf(handle: Handle): Promise<FanOutResult> {
  return (await handle.result()) as unknown as FanOutResult;
}

/** The result that a fan-out failed with. */
export async function failedResultOf(handle: Handle): Promise<FanOutResult> {
  const { type, details = [] } = await failureOf(handle);
  expect(type).toBe('polytomic.SyncsFailed');
  return details[0] as FanOutResult;
}

/** The counts of a result, those that are zero left out. */
export function countsOf({ failures: _failures, listComplete: _complete, dryRun: _dryRun, ...counts }: FanOutResult) {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

/** Where a fan-out stands. */
export function progressOf(handle: Pick<WorkflowHandle, 'query'>): Promise<FanOutProgress> {
  return handle.query<FanOutProgress>('progress');
}

/** Resolves once this is true of the runs of an emulator. */
export async function untilRuns(emulator: Emulator, isTrue: (runs: ExecutionRecord[]) => boolean): Promise<void> {
  await waitUntil(() => isTrue(emulator.executions()), { everyMs: 20 });
}
