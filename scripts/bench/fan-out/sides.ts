/** The two sides of the benchmark of fan-outs, each in a process and an organization of its own. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { FanOutResult } from '../../../src/contracts/fan-out-result';
import { startEmulator, type Emulator } from '../../../src/testing';
import { createCatalogue, plant } from '../catalogue';
import { startChild } from '../child';
import { startTemporal } from '../temporal';
import type { WorkerArgument } from '../worker-main';
import { chainCost } from './chain-cost';
import { toCost, toMib, type FanOutCost } from './cost';
import type { Load } from './options';
import type { PoolArgument } from './pool-main';

const taskQueue = 'bench';
const poolName = 'pool';
const poolIntervalMs = 5_000;

/** Both sides at the same time. */
export async function measureBoth(load: Load): Promise<FanOutCost[]> {
  return withEmulator((emulator) => Promise.all([measureOurs(emulator, load), measurePool(emulator, load)]));
}

/** Ours alone with each number of syncs. */
export async function measureGrowth(loads: readonly Load[]): Promise<FanOutCost[]> {
  const costs: FanOutCost[] = [];
  for (const load of loads) {
    costs.push(await withEmulator((emulator) => measureOurs(emulator, load)));
    console.error(`growth: ${load.syncs} syncs`);
  }
  return costs;
}

async function withEmulator<T>(measure: (emulator: Emulator) => Promise<T>): Promise<T> {
  const organizations = { [poolName]: { keys: [poolName] } };
  const seed = { modelSyncs: [], bulkSyncs: [] };
  const emulator = await startEmulator({ organizations, seed, maxRequests: 1_000_000 });
  return measure(emulator).finally(() => emulator.close());
}

/** Bulk syncs alone; the same for every side. */
function plantBulkSyncs(emulator: Emulator, { syncs, seconds }: Load, organization: string): string[] {
  const catalogue = createCatalogue({ waits: syncs, medianMs: seconds * 1000, sigma: 0.1, seed: 1 });
  const jobs = catalogue.map((job) => ({ ...job, kind: 'bulk' as const }));
  return plant(emulator, jobs, organization).map(({ syncId }) => syncId);
}

async function measureOurs(emulator: Emulator, load: Load): Promise<FanOutCost> {
  const { url, apiKey } = emulator;
  plantBulkSyncs(emulator, load, 'default');
  const temporal = await startTemporal();
  const { client, address } = temporal;
  const worker: WorkerArgument = { address, taskQueue, codePath: await bundleWorkflows(), plugin: { url, apiKey } };
  const bare: WorkerArgument = { address, taskQueue: 'idle', codePath: worker.codePath };
  const [child, idle] = await Promise.all([worker, bare].map((one) => startChild('worker-main.ts', one)));
  if (!child || !idle) throw new Error('both workers were to be started');
  try {
    const [before, idleBefore] = [await child.state(), await idle.state()];
    const began = Date.now();
    const workflowId = 'fan-out';
    const args = [{ maxConcurrent: load.concurrency, onFailure: 'return' }];
    const handle = await client.workflow.start('runAllBulkSyncs', { args, taskQueue, workflowId });
    const { completed } = (await handle.result()) as FanOutResult;
    const wallSeconds = (Date.now() - began) / 1000;
    if (completed !== load.syncs) throw new Error(`${completed} of ${load.syncs} syncs completed`);
    const [after, idleAfter] = [await child.state(), await idle.state()];
    const idleWorker = { cpuSeconds: (idleAfter.cpuMs - idleBefore.cpuMs) / 1000, peakRssMib: toMib(idleAfter) };
    const firstRunId = handle.firstExecutionRunId;
    const cost = await chainCost(client, { workflowId, firstRunId, heartbeats: await temporal.heartbeats() });
    return toCost(emulator, {
      ...{ load, side: 'ours', organization: 'default', wallSeconds, before, after, temporal: cost, idleWorker },
    });
  } finally {
    await Promise.all([child.stop(), idle.stop()]);
    await temporal.stop();
  }
}

/** Bundles what the worker runs into a file, as `npm run build` does for the ready worker. */
async function bundleWorkflows(): Promise<string> {
  const workflowsPath = require.resolve('../workflows');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const file = join(mkdtempSync(join(tmpdir(), 'bench-fan-out-')), 'workflows.js');
  writeFileSync(file, code);
  return file;
}

async function measurePool(emulator: Emulator, load: Load): Promise<FanOutCost> {
  const syncIds = plantBulkSyncs(emulator, load, poolName);
  const { concurrency } = load;
  const pool: PoolArgument = { url: emulator.url, apiKey: poolName, intervalMs: poolIntervalMs, concurrency, syncIds };
  const child = await startChild('fan-out/pool-main.ts', pool);
  const before = await child.state();
  const began = Date.now();
  await child.told();
  const wallSeconds = (Date.now() - began) / 1000;
  const after = await child.state();
  await child.stop();
  return toCost(emulator, {
    ...{
      load,
      side: 'promise pool',
      organization: poolName,
      wallSeconds,
      before,
      after,
      temporal: null,
      idleWorker: null,
    },
  });
}
