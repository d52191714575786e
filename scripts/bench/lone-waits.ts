/**
 * Waits that are alone in their organization, in real time: runs of 20 to 170 s, with nothing known of their syncs and with four
 * past runs, each with a watcher of its own in one worker; beside the hand loop over runs of the same lengths.
 */
import { randomUUID } from 'node:crypto';
import { startEmulator, type Emulator } from '../../src/testing';
import { seeded } from '../../test/unit/watcher/simulation/watched';
import { plant, varied, type Job } from './catalogue';
import { startChild } from './child';
import type { LoopArgument, SeenBySync } from './loop-main';
import { countLooks } from './measured';
import { loops } from './sides';
import { startTemporal, type Temporal } from './temporal';
import type { WorkerArgument } from './worker-main';

/** What lone waits cost. */
export interface LoneWaits {
  side: 'nothing known' | 'four runs known' | 'loop 5 s';
  /** Runs, each waited for alone. */
  runs: number;
  requestsPerHour: number;
  meanSeconds: number;
  maxSeconds: number;
  /** Requests an hour of waiting, times the mean latency in seconds. */
  requestSeconds: number;
}

const [shortestMs, longestMs] = [20_000, 170_000];
const pastRuns = { 'nothing known': 0, 'four runs known': 4 } as const;
const taskQueue = 'bench';
const loopOrganization = 'loop';
const hourMs = 3_600_000;

/** So many lone waits of each kind, all at once, as they share nothing but the machine. */
export async function measureLoneWaits(count: number): Promise<LoneWaits[]> {
  const sides = Object.entries(pastRuns).map(([side, past]) => ({ side: side as keyof typeof pastRuns, past }));
  const lone = sides.flatMap(({ side, past }) =>
    createJobs(count, past).map((job, index) => ({ side, job, organization: `lone-${past}-${index}` })),
  );
  const names = [loopOrganization, ...lone.map(({ organization }) => organization)];
  const organizations = Object.fromEntries(names.map((name) => [name, { keys: [`key-of-${name}`] }]));
  const emulator = await startEmulator({ organizations, seed: { modelSyncs: [], bulkSyncs: [] } });
  const temporal = await startTemporal();
  try {
    const [ours, looped] = await Promise.all([
      awaitOurs(lone, emulator, temporal),
      poll(createJobs(count, 0), emulator),
    ]);
    const seen = { ...ours, ...looped };
    const of = (side: LoneWaits['side'], wanted: readonly string[]): LoneWaits =>
      judge(side, { wanted, emulator, seen });
    const organizationsOf = (wanted: string): string[] =>
      lone.filter(({ side }) => side === wanted).map(({ organization }) => organization);
    return [...sides.map(({ side }) => of(side, organizationsOf(side))), of('loop 5 s', [loopOrganization])];
  } finally {
    await temporal.stop();
    await emulator.close();
  }
}

/** Lengths are spread evenly; the past runs of a sync vary by a tenth around that of its run. */
function createJobs(count: number, past: number): Job[] {
  const random = seeded(1);
  return Array.from({ length: count }, (_, index) => {
    const durationMs = Math.round(shortestMs + ((longestMs - shortestMs) * (index + 0.5)) / count);
    const lengths = Array.from({ length: past }, () => varied(durationMs, { sigma: 0.1, random }));
    return { kind: index % 2 === 0 ? 'model' : 'bulk', durationMs, past: lengths };
  });
}

interface LoneWait {
  job: Job;
  organization: string;
}

async function awaitOurs(
  lone: readonly LoneWait[],
  emulator: Emulator,
  { address, client }: Temporal,
): Promise<SeenBySync> {
  const organizations = Object.fromEntries(
    lone.map(({ organization }) => [organization, { apiKey: `key-of-${organization}`, url: emulator.url }]),
  );
  const plugin = { url: emulator.url, apiKey: emulator.apiKey, organizations };
  const child = await startChild('worker-main.ts', { address, taskQueue, plugin } satisfies WorkerArgument);
  const seen: SeenBySync = {};
  await Promise.all(
    lone.map(async ({ job, organization }) => {
      const [sync] = plant(emulator, [job], organization);
      if (!sync) return;
      const handle = await client.workflow.start(sync.kind === 'model' ? 'runModelSync' : 'runBulkSync', {
        ...{ args: [{ organization, syncId: sync.syncId }], taskQueue, workflowId: randomUUID() },
      });
      await handle.result();
      seen[sync.syncId] = (await handle.describe()).closeTime?.getTime() ?? NaN;
    }),
  );
  await child.stop();
  return seen;
}

async function poll(jobs: readonly Job[], emulator: Emulator): Promise<SeenBySync> {
  const syncs = plant(emulator, jobs, loopOrganization);
  const { url } = emulator;
  const loop: LoopArgument = { url, apiKey: `key-of-${loopOrganization}`, intervalMs: loops['loop 5 s'], syncs };
  const child = await startChild('loop-main.ts', loop);
  const seen = await child.told<SeenBySync>();
  await child.stop();
  return seen;
}

/** What a side saw in its organizations, beside what the emulator knows. */
function judge(
  side: LoneWaits['side'],
  { wanted, emulator, seen }: { wanted: readonly string[]; emulator: Emulator; seen: SeenBySync },
): LoneWaits {
  const keys = new Set(wanted.map((organization) => `key 0 of ${organization}`));
  const looks = countLooks(emulator.requests().filter(({ headers }) => keys.has(headers.authorization ?? '')));
  const runs = emulator
    .executions()
    .filter(({ organization, startedBy }) => startedBy === 'api' && wanted.includes(organization));
  const hours = runs.reduce((sum, { createdAt, completedAt = NaN }) => sum + completedAt - createdAt, 0) / hourMs;
  const late = runs.map(({ syncId, completedAt = NaN }) => (seen[syncId]! - completedAt) / 1_000);
  const meanSeconds = late.reduce((sum, one) => sum + one, 0) / late.length;
  const requestsPerHour = looks / hours;
  return {
    ...{ side, runs: runs.length, requestsPerHour, meanSeconds, maxSeconds: Math.max(...late) },
    requestSeconds: requestsPerHour * meanSeconds,
  };
}
