/** Two real minutes: all sides at once on one emulator, each in a process and an organization of its own. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator, type Emulator, type ExecutionRecord } from '../../src/testing';
import { createCatalogue, plant, type Job } from './catalogue';
import { startChild, type Child } from './child';
import { inTurns } from './in-turns';
import type { LoopArgument, SeenBySync } from './loop-main';
import { countLooks, toMeasured, type Measured } from './measured';
import { loops, loopSides, type LoopSide } from './sides';
import { startTemporal, type Temporal } from './temporal';
import { averageCost } from './temporal-cost';
import { waitFor } from './wait-for';
import type { WorkerArgument } from './worker-main';

const taskQueue = 'bench';
/** Runs take this share of the minutes, so that few last longer. */
const medianShare = 0.8;
const hourMs = 3_600_000;
/** Histories that are read for their cost. */
const mostHistories = 50;

interface World {
  emulator: Emulator;
  temporal: Temporal;
  jobs: readonly Job[];
}

/** All sides with so many waits. */
export async function measureReal(waits: number, minutes: number): Promise<Measured[]> {
  const organizations = Object.fromEntries(loopSides.map((side) => [side, { keys: [side.replaceAll(' ', '-')] }]));
  const emulator = await startEmulator({ organizations, seed: { modelSyncs: [], bulkSyncs: [] } });
  const temporal = await startTemporal();
  const jobs = createCatalogue({ waits, medianMs: medianShare * minutes * 60_000, sigma: 0.1, seed: 1 });
  const world = { emulator, temporal, jobs };
  try {
    return await Promise.all([measureOurs(world), ...loopSides.map((side) => measureLoop(side, world))]);
  } finally {
    await temporal.stop();
    await emulator.close();
  }
}

async function measureLoop(side: LoopSide, world: World): Promise<Measured> {
  const { emulator, jobs } = world;
  const syncs = plant(emulator, jobs, side);
  const apiKey = side.replaceAll(' ', '-');
  const loop: LoopArgument = { url: emulator.url, apiKey, intervalMs: loops[side], syncs };
  const child = await startChild('loop-main.ts', loop);
  const quiet = measureQuiet(child, { ...world, organization: side });
  const seen = await child.told<SeenBySync>();
  const { cpuMsPerWaitHour } = await quiet;
  await child.stop();
  return {
    ...toMeasured({ side, waits: jobs.length, ...judge(seen, { emulator, organization: side }) }),
    cpuMsPerWaitHour,
  };
}

async function measureOurs(world: World): Promise<Measured> {
  const { emulator, temporal, jobs } = world;
  const { client, address } = temporal;
  const { url, apiKey } = emulator;
  const syncs = plant(emulator, jobs);
  const worker: WorkerArgument = { address, taskQueue, plugin: { url, apiKey } };
  const child = await startChild('worker-main.ts', worker);
  const idle = await child.state('collected');
  const workflowIds = new Map(syncs.map(({ syncId }) => [syncId, randomUUID()]));
  const begun = inTurns(syncs, async ({ kind, syncId }) => {
    const workflowId = workflowIds.get(syncId)!;
    await client.workflow.start(workflowOf[kind], { args: [{ syncId }], taskQueue, workflowId });
  });
  const [quiet] = await Promise.all([measureQuiet(child, { ...world, organization: 'default' }), begun]);
  const seen: SeenBySync = {};
  await inTurns(syncs, async ({ syncId }) => {
    const handle = client.workflow.getHandle(workflowIds.get(syncId)!);
    await handle.result();
    seen[syncId] = (await handle.describe()).closeTime?.getTime() ?? NaN;
  });
  const cost = await averageCost(client, [...workflowIds.values()].slice(0, mostHistories));
  await child.stop();
  return {
    ...toMeasured({ side: 'ours', waits: jobs.length, ...judge(seen, { emulator, organization: 'default' }) }),
    cpuMsPerWaitHour: quiet.cpuMsPerWaitHour,
    kibPerWait: (quiet.rssBytes - idle.rssBytes) / 1024 / jobs.length,
    eventsPerWait: cost.events,
    actionsPerWait: cost.actions,
  };
}

const workflowOf = { model: 'runModelSync', bulk: 'runBulkSync' } as const;

/** From when all of the child's waits are under way until the first run may end: nothing but waiting. */
async function measureQuiet(
  child: Child,
  { emulator, jobs, organization }: World & { organization: string },
): Promise<Pick<Measured, 'cpuMsPerWaitHour'> & { rssBytes: number }> {
  await waitFor('all waits to be under way', async () => (await child.state()).waiting === jobs.length);
  const { rssBytes } = await child.state('collected');
  const began = await child.state();
  const beganAt = Date.now();
  const firstEnd =
    Math.min(...jobs.map(({ durationMs }) => durationMs)) +
    Math.min(...runsOf(emulator, organization).map(({ createdAt }) => createdAt));
  await sleep(Math.max(0, firstEnd - beganAt));
  const hours = (Date.now() - beganAt) / hourMs;
  const { cpuMs } = await child.state();
  const quiet = firstEnd > beganAt;
  return { rssBytes, cpuMsPerWaitHour: quiet ? (cpuMs - began.cpuMs) / jobs.length / hours : null };
}

const runsOf = (emulator: Emulator, organization: string): ExecutionRecord[] =>
  emulator.executions().filter((run) => run.organization === organization && run.startedBy === 'api');

/** What a side saw, beside what the emulator knows. */
function judge(
  seen: SeenBySync,
  { emulator, organization }: { emulator: Emulator; organization: string },
): { requests: number; latenciesMs: number[] } {
  const requests = emulator.requests().filter(({ headers }) => headers.authorization === `key 0 of ${organization}`);
  const latenciesMs = runsOf(emulator, organization).map(
    ({ syncId, completedAt = NaN }) => seen[syncId]! - completedAt,
  );
  return { requests: countLooks(requests), latenciesMs };
}
