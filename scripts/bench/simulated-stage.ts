/** An emulator whose clock is the simulation's: time stands still while a request is under way. */
import { startEmulator, type Emulator } from '../../src/testing';
import { nextTurn, SimulatedClock } from '../../test/unit/watcher/simulation/simulated-clock';
import { seeded } from '../../test/unit/watcher/simulation/watched';
import type { AwaitItem } from '../../src/contracts/waits';
import { plant, usualOf, type Job } from './catalogue';

/** What a simulated hour happens on. */
export interface Stage {
  emulator: Emulator;
  clock: SimulatedClock;
  /** Whether requests are under way, which whoever sends them must tell. */
  isBusy: () => boolean;
}

/** Starts one; close the emulator afterwards. */
export async function createStage(): Promise<Stage> {
  const emulator = await startEmulator({ clock: 'manual', seed: { modelSyncs: [], bulkSyncs: [] } });
  const settled = async (): Promise<void> => {
    do await nextTurn();
    while (stage.isBusy());
  };
  const onMove = (ms: number): void => emulator.clock.advance(ms);
  const clock = new SimulatedClock({ startAt: emulator.clock.now(), settled, onMove, random: seeded(1) });
  const stage: Stage = { emulator, clock, isBusy: () => false };
  return stage;
}

/** Starts a run of each job, as somebody else, so that no request of a start is counted. */
export function startRuns(emulator: Emulator, jobs: readonly Job[]): AwaitItem[] {
  return plant(emulator, jobs).map((sync, index) => {
    const createdAt = new Date(emulator.clock.now()).toISOString();
    return { ...sync, executionId: emulator.startRun(sync.syncId), createdAt, usual: usualOf(jobs[index]!) };
  });
}

/** How late each end was seen. */
export function latencies(emulator: Emulator, seenAt: ReadonlyMap<string, number>): number[] {
  const ended = emulator.executions().filter(({ id }) => seenAt.has(id));
  return ended.map(({ id, completedAt = NaN }) => seenAt.get(id)! - completedAt);
}
