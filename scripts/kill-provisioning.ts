/**
 * Kills the worker (SIGKILL) in the middle of applies and destroys on a real Temporal server:
 * `tsx scripts/kill-provisioning.ts [sets] [sets at once] [seed] [report.json]`. Each set is applied, applied again and
 * destroyed; the emulator's own lists are the judge.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { ProvisionResult } from '../src/contracts/provision';
import { startDevServer } from '../src/dev-server/start-dev-server';
import { startEmulator, type Emulator } from '../src/testing';
import { startChildWorker, type ChildWorker } from '../test/server/support/child-worker';
import { countsOf, password, provisioningPlugin, specOf, writesOf } from '../test/server/support/provisioning';
import { sharedServerEnv } from '../test/server/support/shared-server';
import { Random } from '../test/simulation/random';

const taskQueue = 'killed';
/** A step that takes longer than this has hung. */
const limitMs = 10 * 60_000;
/** What each set adds to the time within which they begin, so that a kill finds them at different steps. */
const staggerMs = 400;

interface Campaign {
  client: Client;
  emulator: Emulator;
  random: Random;
  worker: ChildWorker;
  kills: number;
  /** How many objects of a set existed when its worker was killed, and how often. */
  killedAt: Record<string, number>;
  problems: string[];
}

const startWorker = (
  { emulator: { url, apiKey } }: Pick<Campaign, 'emulator'>,
  address: string,
): Promise<ChildWorker> =>
  startChildWorker({ taskQueue, address, plugin: { url, apiKey, requestsPerMinute: 6_000, ...provisioningPlugin } });

/** Runs one workflow for each set; the worker is killed once or twice meanwhile, after a random number of requests. */
async function killedDuring(
  campaign: Campaign,
  workflow: string,
  { sets, address }: { sets: string[]; address: string },
): Promise<ProvisionResult[]> {
  const { client, emulator, random } = campaign;
  emulator.clearRequests();
  const results = sets.map(async (set) => {
    await sleep(random.int(0, staggerMs * sets.length));
    const options = { args: [{ spec: specOf(set) }], taskQueue, workflowId: `${workflow}-${set}` };
    const ended = client.workflow.execute(workflow, options) as Promise<ProvisionResult>;
    return Promise.race([ended, sleep(limitMs, null, { ref: false }).then(() => Promise.reject(new Error('it hung')))]);
  });
  const all = Promise.allSettled(results);
  for (let kills = random.int(1, 2); kills > 0; kills--) {
    const from = emulator.requests().length;
    const target = from + random.int(1, 25 * sets.length);
    const giveUp = Date.now() + 15_000;
    while (emulator.requests().length < target && Date.now() < giveUp) await sleep(5);
    await campaign.worker.end('SIGKILL');
    campaign.kills += 1;
    for (const set of sets) {
      const existing = (await countsOf({ emulator }, `${set} `)).reduce((sum, count) => sum + count, 0);
      const key = `${workflow} ${existing} of 4`;
      campaign.killedAt[key] = (campaign.killedAt[key] ?? 0) + 1;
    }
    campaign.worker = await startWorker(campaign, address);
  }
  const settled = await all;
  settled.forEach((end, index) => {
    if (end.status === 'rejected')
      campaign.problems.push(`${workflow} of ${sets[index]}: ${String((end.reason as Error).cause ?? end.reason)}`);
  });
  return settled.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}

async function judge(campaign: Campaign, sets: readonly string[], expected: string): Promise<void> {
  for (const set of sets) {
    const counts = (await countsOf(campaign, `${set} `)).join();
    if (counts !== expected) campaign.problems.push(`${set}: ${counts} objects instead of ${expected}`);
  }
}

async function batch(campaign: Campaign, sets: string[], address: string): Promise<void> {
  const { client, emulator, problems } = campaign;
  await killedDuring(campaign, 'provisionPolytomic', { sets, address });
  await judge(campaign, sets, '1,1,1,1');
  emulator.clearRequests();
  for (const set of sets) {
    const options = { args: [{ spec: specOf(set) }], taskQueue, workflowId: `again-${set}` };
    const { resources } = (await client.workflow.execute('provisionPolytomic', options)) as ProvisionResult;
    const changed = Object.entries(resources).filter(([, { action }]) => action !== 'unchanged');
    if (changed.length > 0) problems.push(`${set}: a second apply changed ${changed.map(([name]) => name).join()}`);
  }
  if (writesOf(campaign).length > 0) problems.push(`second applies wrote ${writesOf(campaign).length} times`);
  await killedDuring(campaign, 'deprovisionPolytomic', { sets, address });
  await judge(campaign, sets, '0,0,0,0');
}

async function main(): Promise<void> {
  const [total = 10, atOnce = 10, seed = 1] = process.argv.slice(2, 5).map(Number);
  const report = process.argv[5];
  process.env.TEST_WAREHOUSE_PASSWORD = password;
  const folder = await mkdtemp(join(tmpdir(), 'polytomic-kills-'));
  const codePath = (process.env[sharedServerEnv.bundle] = join(folder, 'workflow-bundle.js'));
  const workflowsPath = require.resolve('../src/workflows/index.ts');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  await writeFile(codePath, code);
  const [server, emulator] = await Promise.all([
    startDevServer({ headless: true }),
    startEmulator({ durationMs: 300 }),
  ]);
  const connection = await Connection.connect({ address: server.address });
  const begun = { client: new Client({ connection }), emulator, random: new Random(seed), kills: 0 };
  const worker = await startWorker(begun, server.address);
  const campaign: Campaign = { ...begun, worker, killedAt: {}, problems: [] };
  const startedAt = Date.now();
  let done = 0;
  const written = async (): Promise<void> => {
    const { kills, killedAt, problems } = campaign;
    const minutes = Math.round((Date.now() - startedAt) / 6_000) / 10;
    const found = {
      sets: done,
      atOnce,
      seed,
      kills,
      killedAt: Object.fromEntries(Object.entries(killedAt).sort()),
      problems,
      minutes,
    };
    if (report) await writeFile(report, `${JSON.stringify(found, null, 2)}\n`);
    console.log(`${done} sets, ${kills} kills, ${problems.length} problems, ${minutes} minutes`);
  };
  while (done < total) {
    const sets = Array.from({ length: Math.min(atOnce, total - done) }, (_one, index) => `k${seed}-${done + index}`);
    await batch(campaign, sets, server.address).catch((error: unknown) => void campaign.problems.push(String(error)));
    done += sets.length;
    await written();
  }
  console.log(campaign.problems.join('\n') || 'each object existed once after its apply, and none after its destroy');
  await campaign.worker.end('SIGTERM');
  await connection.close();
  await Promise.all([emulator.close(), server.stop(), rm(folder, { recursive: true, force: true })]);
  process.exit(campaign.problems.length > 0 ? 1 : 0);
}

void main();
