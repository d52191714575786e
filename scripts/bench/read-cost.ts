/**
 * CPU time of reads: of the client alone, beside the official SDK; and of a worker that does nothing but wait, everything
 * counted, beside a worker whose activities are the hand loop. Each wait is read every five seconds or so.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator, type Emulator } from '../../src/testing';
import { startChild } from './child';
import { inTurns } from './in-turns';
import { countLooks } from './measured';
import type { SyncPolled } from './poll-until-ended';
import type { ReadsArgument, ReadsSide } from './reads-main';
import { startTemporal, type Temporal } from './temporal';
import { waitFor } from './wait-for';
import type { WorkerArgument } from './worker-main';

/** What reads cost a side. */
export interface ReadCost {
  side: ReadsSide | 'our worker' | 'worker that polls';
  reads: number;
  /** CPU time of the side's process for a thousand reads, seconds. */
  cpuSecondsPer1000: number;
}

const sides: readonly ReadsSide[] = ['ours', 'official SDK'];
const reads = 1_000;
/** In turns, so that whatever else the machine does weighs on both alike; the least counts. */
const turns = 3;

const taskQueue = 'bench';
const waits = 100;
const intervalMs = 5_000;
const measuredMs = 60_000;
/** The default would leave so many waits with few reads. */
const requestsPerMinute = 3_000;

/** All four. */
export async function measureReads(): Promise<ReadCost[]> {
  const emulator = await startEmulator({ seed: { modelSyncs: [], bulkSyncs: [] } });
  try {
    const alone = await measureClients(emulator);
    return [...alone, ...(await measureWorkers(emulator))];
  } finally {
    await emulator.close();
  }
}

/** Half of the reads are of model syncs, half of bulk syncs. */
async function measureClients(emulator: Emulator): Promise<ReadCost[]> {
  const refs = (['model', 'bulk'] as const).map((kind) => {
    const syncId = addSync(emulator, kind);
    return { kind, syncId, executionId: emulator.startRun(syncId) };
  });
  const { url, apiKey } = emulator;
  const leastMs = new Map<ReadsSide, number>();
  for (let turn = 0; turn < turns; turn++) {
    for (const side of sides) {
      const child = await startChild('reads-main.ts', { side, url, apiKey, refs, reads } satisfies ReadsArgument);
      leastMs.set(side, Math.min(leastMs.get(side) ?? Infinity, await child.told<number>()));
      await child.stop();
    }
  }
  return sides.map((side) => ({ side, reads, cpuSecondsPer1000: (leastMs.get(side) ?? NaN) / reads }));
}

function addSync(emulator: Emulator, kind: 'model' | 'bulk'): string {
  const seed = { script: 'neverEnds' } as const;
  return (kind === 'model' ? emulator.addModelSync(seed) : emulator.addBulkSync(seed)).id;
}

/** One after the other, as waits that go on cost the emulator too. */
async function measureWorkers(emulator: Emulator): Promise<ReadCost[]> {
  const temporal = await startTemporal();
  try {
    return [
      await measureWorker('our worker', emulator, temporal),
      await measureWorker('worker that polls', emulator, temporal),
    ];
  } finally {
    await temporal.stop();
  }
}

export async function measureWorker(
  side: 'our worker' | 'worker that polls',
  emulator: Emulator,
  { address, client }: Temporal,
): Promise<ReadCost> {
  const isOurs = side === 'our worker';
  const { url, apiKey } = emulator;
  // Without sources: each run is read by itself.
  const plugin = { url, apiKey, requestsPerMinute, operations: ['modelSync.*'] };
  const queue = `${taskQueue} ${side}`;
  const child = await startChild('worker-main.ts', {
    ...{ address, taskQueue: queue },
    ...(isOurs && { plugin }),
  } satisfies WorkerArgument);
  const syncs = Array.from({ length: waits }, () => addSync(emulator, 'model'));
  await inTurns(syncs, async (syncId) => {
    if (!isOurs) emulator.startRun(syncId);
    const polled: SyncPolled = { kind: 'model', syncId, url, apiKey, intervalMs };
    const [workflow, args] = isOurs ? ['runModelSync', [{ syncId }]] : ['pollingWait', [polled]];
    await client.workflow.start(workflow, { args, taskQueue: queue, workflowId: `${side} ${syncId}` });
  });
  await waitFor('all waits', async () => (await child.state()).waiting === waits);
  const looksBefore = countLooks(emulator.requests());
  const before = await child.state();
  await sleep(measuredMs);
  const after = await child.state();
  const looks = countLooks(emulator.requests()) - looksBefore;
  // They would hand over to a next worker, which nobody needs.
  await child.stop('SIGKILL');
  return { side, reads: looks, cpuSecondsPer1000: (after.cpuMs - before.cpuMs) / looks };
}
