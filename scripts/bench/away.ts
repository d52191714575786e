/**
 * Waits whose every worker is killed, in real time: how soon after a worker is back each end is seen. Runs end at any time, most
 * of them while nobody is there.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator, type ExecutionRecord } from '../../src/testing';
import { plant, type Job } from './catalogue';
import { startChild, type Child } from './child';
import { inTurns } from './in-turns';
import { countLooks } from './measured';
import { startTemporal } from './temporal';
import { waitFor } from './wait-for';
import type { WorkerArgument } from './worker-main';

/** What the absence cost. */
export interface Away {
  waits: number;
  minutes: number;
  /** Runs that ended while no worker was there. */
  endedMeanwhile: number;
  /** Seconds from the return of the worker, or from the end of the run where that came later, until its workflow had ended. */
  p50: number;
  max: number;
  /** Looks at runs from the return on, until every workflow had ended. */
  requests: number;
}

const taskQueue = 'bench';
/** Nothing ends before all waits are under way; the last runs end after the return. */
const firstEndMs = 5 * 60_000;
const lastEndAfterMs = 3 * 60_000;

/** So many waits, and no worker for so many minutes. */
export async function measureAway(waits: number, minutes: number): Promise<Away> {
  const emulator = await startEmulator({ seed: { modelSyncs: [], bulkSyncs: [] } });
  const temporal = await startTemporal();
  const { address, client } = temporal;
  const worker: WorkerArgument = { address, taskQueue, plugin: { url: emulator.url, apiKey: emulator.apiKey } };
  try {
    const first = await startChild('worker-main.ts', worker);
    const syncs = plant(emulator, createJobs(waits, minutes * 60_000));
    const workflowIds = new Map(syncs.map(({ syncId }) => [syncId, randomUUID()]));
    await inTurns(syncs, async ({ kind, syncId }) => {
      const workflowId = workflowIds.get(syncId)!;
      const type = kind === 'model' ? 'runModelSync' : 'runBulkSync';
      await client.workflow.start(type, { args: [{ syncId }], taskQueue, workflowId });
    });
    await waitFor('all waits to be under way', async () => (await first.state()).waiting === waits);
    const before = runsOf(emulator.executions());
    await first.stop('SIGKILL');
    const leftAt = Date.now();
    await sleep(minutes * 60_000);
    const second: Child = await startChild('worker-main.ts', worker);
    const returnedAt = Date.now();
    const late: number[] = [];
    await inTurns(syncs, async ({ syncId }) => {
      const handle = client.workflow.getHandle(workflowIds.get(syncId)!);
      await handle.result();
      const closedAt = (await handle.describe()).closeTime?.getTime() ?? NaN;
      late.push((closedAt - Math.max(returnedAt, endOf(emulator.executions(), syncId))) / 1_000);
    });
    await second.stop();
    const runs = runsOf(emulator.executions());
    if (runs.length !== before.length) throw new Error(`${runs.length} runs, ${before.length} of them before`);
    late.sort((one, other) => one - other);
    return {
      ...{ waits, minutes, p50: late[Math.floor(late.length / 2)] ?? NaN, max: late.at(-1) ?? NaN },
      endedMeanwhile: runs.filter(({ completedAt = NaN }) => completedAt > leftAt && completedAt < returnedAt).length,
      requests: countLooks(emulator.requests().filter(({ at }) => at >= returnedAt)),
    };
  } finally {
    await temporal.stop();
    await emulator.close();
  }
}

/** Lengths are spread evenly; of a third of the syncs nothing is known. */
function createJobs(waits: number, awayMs: number): Job[] {
  return Array.from({ length: waits }, (_, index) => {
    const durationMs = firstEndMs + Math.round(((awayMs + lastEndAfterMs) * (index + 0.5)) / waits);
    return {
      kind: index % 2 === 0 ? 'model' : 'bulk',
      durationMs,
      past: index % 3 === 0 ? [] : [durationMs, durationMs],
    };
  });
}

const runsOf = (executions: readonly ExecutionRecord[]): ExecutionRecord[] =>
  executions.filter(({ startedBy }) => startedBy === 'api');

const endOf = (executions: readonly ExecutionRecord[], wanted: string): number =>
  runsOf(executions).find(({ syncId }) => syncId === wanted)?.completedAt ?? NaN;
