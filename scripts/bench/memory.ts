/**
 * What a wait weighs: as a workflow of ours, on a worker with the SDK's cache and with that of the ready worker, as a bare SDK
 * workflow with one idle heartbeating activity, and inside waits of 200. The runs never end; thousands wait at once on one worker.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AwaitExecutionsRequest } from '../../src/contracts/waits';
import { maxCachedWorkflows } from '../../src/hosting/max-cached-workflows';
import { startEmulator, type Emulator } from '../../src/testing';
import { waitTaskQueueSuffix } from '../../src/contracts/names';
import type { SyncKind } from '../../src/contracts/sync-kind';
import { startChild, type Child } from './child';
import { inTurns } from './in-turns';
import { startTemporal, type Temporal } from './temporal';
import { waitFor } from './wait-for';
import type { WorkerArgument } from './worker-main';

/** How the waits were made. */
export type Form = 'ours' | 'ours, ready worker' | 'bare' | 'waits of 200';

/** What they weigh, all of them waiting. */
export interface Weight {
  form: Form;
  /** Executions awaited at once; for the bare form, workflows. */
  waits: number;
  /** Growth of the worker's resident memory. */
  kibPerWait: number;
  heapKibPerWait: number;
  /** Seconds until all of them waited. */
  startSeconds: number;
  /** Over a minute in which each heartbeats steadily; null for any but the last number of waits. */
  cpuMsPerWaitHour: number | null;
  heartbeatsPerWaitHour: number | null;
}

const taskQueue = 'bench';
const chunkSize = 200;
/** Workflows before the first measurement, so that what is loaded once is not counted. */
const warmUps = 20;
/** The first heartbeat comes after half the timeout of 75 s; later ones a minute apart. */
const untilSteadyMs = 40_000;
const minuteMs = 60_000;
/** The workflows' thread collects its garbage by itself, once it has been idle for some time. */
const untilCalmMs = minuteMs;

/** Weighs each form with each number of waits. */
export async function weigh(numbers: readonly number[]): Promise<Weight[]> {
  const weights: Weight[] = [];
  for (const form of ['bare', 'ours', 'ours, ready worker', 'waits of 200'] as const)
    weights.push(...(await weighForm(form, numbers)));
  return weights;
}

interface Scale {
  form: Form;
  temporal: Temporal;
  emulator: Emulator;
  child: Child;
}

async function weighForm(form: Form, numbers: readonly number[]): Promise<Weight[]> {
  const temporal = await startTemporal();
  const emulator = await startEmulator({ seed: { modelSyncs: [], bulkSyncs: [] } });
  const { address } = temporal;
  const plugin = { url: emulator.url, apiKey: emulator.apiKey };
  const worker: WorkerArgument = {
    ...{ address, taskQueue },
    ...(form !== 'bare' && { plugin }),
    ...(form === 'ours, ready worker' && { maxCachedWorkflows }),
  };
  const child = await startChild('worker-main.ts', worker);
  try {
    return await weighAll({ form, temporal, emulator, child }, numbers);
  } finally {
    // Thousands of waits would hand over to a next worker, which nobody needs.
    await child.stop('SIGKILL');
    await temporal.stop();
    await emulator.close();
  }
}

async function weighAll(scale: Scale, numbers: readonly number[]): Promise<Weight[]> {
  const { form, child } = scale;
  const weights: Weight[] = [];
  const warm = await begin(scale, 0, warmUps);
  let begun = warm;
  await untilWaiting(scale, begun);
  await sleep(untilCalmMs);
  const empty = await child.state('collected');
  for (const waits of numbers) {
    const beganAt = Date.now();
    begun += await begin(scale, begun, waits + warm - begun);
    await untilWaiting(scale, begun);
    const startSeconds = (Date.now() - beganAt) / 1000;
    await sleep(untilCalmMs);
    const full = await child.state('collected');
    const grown = (name: 'rssBytes' | 'heapBytes'): number => (full[name] - empty[name]) / 1024 / (begun - warm);
    const weight = { form, waits: begun, kibPerWait: grown('rssBytes'), heapKibPerWait: grown('heapBytes') };
    weights.push({
      ...weight,
      startSeconds,
      ...(waits === numbers.at(-1) ? await steadyMinute(scale, begun) : unmeasured),
    });
    console.error(`memory: ${waits} waits, ${form}`);
  }
  return weights;
}

const unmeasured = { cpuMsPerWaitHour: null, heartbeatsPerWaitHour: null };

/** Begins so many more waits; returns how many they are, as whole chunks are begun. */
async function begin({ form, temporal, emulator }: Scale, from: number, count: number): Promise<number> {
  const { client } = temporal;
  const start = async (workflow: string, name: number, args: unknown[]): Promise<void> => {
    await client.workflow.start(workflow, { args, taskQueue, workflowId: `${form}-${name}` });
  };
  const each = form === 'waits of 200' ? chunkSize : 1;
  const names = Array.from({ length: Math.ceil(count / each) }, (_, index) => from + index);
  await inTurns(names, async (name) => {
    switch (form) {
      case 'bare':
        return start('bareWait', name, []);
      case 'ours':
      case 'ours, ready worker': {
        const { kind, id } = addSync(emulator, name);
        return start(kind === 'model' ? 'runModelSync' : 'runBulkSync', name, [{ syncId: id }]);
      }
      case 'waits of 200':
        return start('waitForMany', name, [manyOf(emulator), taskQueue + waitTaskQueueSuffix]);
    }
  });
  return names.length * each;
}

/** Every other one is a bulk sync; their runs never end. */
function addSync(emulator: Emulator, index: number): { kind: SyncKind; id: string } {
  const seed = { script: 'neverEnds' } as const;
  return index % 2 === 0 ? emulator.addModelSync(seed) : emulator.addBulkSync(seed);
}

function manyOf(emulator: Emulator): AwaitExecutionsRequest {
  const createdAt = new Date(emulator.clock.now()).toISOString();
  const executions = Array.from({ length: chunkSize }, (_, index) => {
    const { kind, id } = addSync(emulator, index);
    return { kind, syncId: id, executionId: emulator.startRun(id), createdAt, usual: null };
  });
  return { organization: 'default', waiter: 'chunk', executions, deadline: null, lingerMs: 30_000, upNext: [] };
}

function untilWaiting({ form, child }: Scale, waits: number): Promise<void> {
  const activities = form === 'waits of 200' ? waits / chunkSize : waits;
  return waitFor(`${waits} waits`, async () => (await child.state()).waiting === activities);
}

async function steadyMinute(
  { child, temporal }: Scale,
  waits: number,
): Promise<Pick<Weight, 'cpuMsPerWaitHour' | 'heartbeatsPerWaitHour'>> {
  await sleep(untilSteadyMs);
  const beatsBefore = await temporal.heartbeats();
  const before = await child.state();
  await sleep(minuteMs);
  const after = await child.state();
  const beats = (await temporal.heartbeats()) - beatsBefore;
  if (after.waiting !== before.waiting) throw new Error(`${before.waiting - after.waiting} waits ended by themselves`);
  return { cpuMsPerWaitHour: ((after.cpuMs - before.cpuMs) * 60) / waits, heartbeatsPerWaitHour: (beats * 60) / waits };
}
