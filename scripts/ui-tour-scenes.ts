/** What the tour of the Web UI shows, by the name of its pictures. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { ProvisionProgress } from '../src/contracts/provision';
import { setWorkflowId } from '../src/contracts/provision-record';
import type { Emulator } from '../src/testing';
import { specOf } from '../test/server/support/provisioning';
import { once } from './recording';

type Fields = Record<string, unknown>;

/** One workflow that is looked at. */
export interface TourScene {
  readonly workflow: string;
  readonly input: (emulator: Emulator) => Fields;
  /** Name of the sync. */
  readonly title?: string;
  readonly before?: { workflow: string; input: Fields };
  /** Resolves once it is to be shown running. Default: only its end is shown. */
  readonly untilShown?: (handle: WorkflowHandle) => Promise<unknown>;
  /** Lets it end after that. Default: it ends by itself. */
  readonly thenEnd?: (handle: WorkflowHandle, emulator: Emulator) => Promise<unknown>;
}

const nothing = (): Promise<void> => Promise.resolve();
const whileAwaited = once(nothing);
const whileSearched = once(nothing, 'awaitNextRun');
const title = 'Warehouse_eu *to* lake';
/** Long enough to be pictured. */
const durationMs = 120_000;

type Seed = Parameters<Emulator['addBulkSync']>[0];
const addModel = (emulator: Emulator, seed: Seed = {}): string => emulator.addModelSync({ name: title, ...seed }).id;
const addBulk = (emulator: Emulator, seed: Seed = {}): string => emulator.addBulkSync({ name: title, ...seed }).id;

const failing = { script: { outcome: 'failed', durationMs: 1_000 } } as const;
const names = ['Orders', 'Customers', 'Invoices', 'public_events', 'Tickets [old]', 'Sessions', 'Products', 'Payments'];

/** Eight syncs, the first two of which fail. */
function addMany(kind: 'model' | 'bulk', prefix: string) {
  return (emulator: Emulator): Fields => {
    for (const [at, name] of names.entries()) {
      const script = { outcome: at < 2 ? 'failed' : 'completed', durationMs: at < 2 ? 1_000 : durationMs } as const;
      const seed = { name: `${prefix} ${name}`, script };
      if (kind === 'bulk') emulator.addBulkSync(seed);
      else emulator.addModelSync(seed);
    }
    return { filter: { name: `${prefix} *` }, maxConcurrent: 4, warnAfter: '5 seconds' };
  };
}

function addPipeline(first: Seed) {
  return (emulator: Emulator): Fields => ({
    steps: [
      { id: 'lake', kind: 'bulk', syncId: addBulk(emulator, first) },
      { id: 'users', kind: 'model', syncId: addModel(emulator), after: ['lake'] },
      { id: 'orders', kind: 'bulk', syncId: emulator.addBulkSync({ name: 'Orders' }).id, after: ['lake'] },
    ],
  });
}

const newModelSync = (emulator: Emulator): Fields => ({
  sync: {
    ...{ name: 'New users', mode: 'create', fields: [{ target: 'name' }], schedule: {} },
    target: { connection_id: emulator.addConnection().id },
  },
});

const newBulkSync = (emulator: Emulator): Fields => ({
  sync: {
    ...{
      name: 'New lake',
      mode: 'replicate',
      destination_configuration: {},
      default_schedule: { frequency: 'manual' },
    },
    source_connection_id: emulator.addConnection().id,
    destination_connection_id: emulator.addConnection().id,
  },
});

/** Of provisioning. */
const whileIn =
  (phase: ProvisionProgress['phase']) =>
  async (handle: WorkflowHandle): Promise<void> => {
    const read = (): Promise<ProvisionProgress | null> => handle.query<ProvisionProgress | null>('progress');
    while ((await read())?.phase !== phase) await sleep(200);
  };

async function approve(handle: WorkflowHandle): Promise<void> {
  const { planHash } = await handle.query<ProvisionProgress>('progress');
  await handle.executeUpdate('approve', { args: [{ planHash, by: 'tour' }] });
}

const spec = specOf('Lake of EU');
const goingSpec = specOf('Going');
const manyFields = ['model', 'bulk'] as const;
const runAll = { model: 'runAllModelSyncs', bulk: 'runAllBulkSyncs' } as const;

const scenesOfMany = Object.fromEntries(
  manyFields.map((kind) => [
    runAll[kind],
    { workflow: runAll[kind], input: addMany(kind, kind), title: `all ${kind} syncs`, untilShown: whileLate },
  ]),
);

/** Until failures and late syncs are known. */
async function whileLate(handle: WorkflowHandle): Promise<void> {
  const read = (): Promise<{ failed: unknown[]; running: { late: boolean }[] }> => handle.query('progress');
  for (let seen = await read(); seen.failed.length < 2 || !seen.running.some(({ late }) => late); seen = await read()) {
    await sleep(300);
  }
}

/** Each is shown while it runs, where it runs for a while, and once it has ended. */
export const tourScenes: Readonly<Record<string, TourScene>> = {
  runBulkSync: {
    ...{ workflow: 'runBulkSync', title, untilShown: whileAwaited },
    input: (emulator) => ({ syncId: addBulk(emulator, { durationMs }), warnAfter: '2 seconds' }),
  },
  'runBulkSync-failed': {
    workflow: 'runBulkSync',
    title,
    input: (emulator) => ({ syncId: addBulk(emulator, failing) }),
  },
  'runBulkSync-retried': {
    ...{ workflow: 'runBulkSync', title },
    input: (emulator) => ({
      syncId: addBulk(emulator, { durationMs: 1_000, nextScripts: ['failed'] }),
      retry: { attempts: 2, delay: '2 minutes' },
    }),
    untilShown: whileBetweenAttempts,
  },
  runModelSync: {
    ...{ workflow: 'runModelSync', title, untilShown: whileAwaited },
    input: (emulator) => ({ syncId: addModel(emulator, { durationMs }) }),
  },
  'runModelSync-cancelled': {
    ...{ workflow: 'runModelSync', title, thenEnd: once((handle) => handle.cancel()) },
    input: (emulator) => ({ syncId: addModel(emulator, { script: 'neverEnds' }) }),
  },
  'runModelSync-timed-out': {
    ...{ workflow: 'runModelSync', title },
    input: (emulator) => ({ syncId: addModel(emulator, { script: 'neverEnds' }), timeout: '5 seconds' }),
  },
  'runModelSync-not-found': { workflow: 'runModelSync', input: () => ({ syncId: 'no-such-sync' }) },
  createAndRunModelSync: { workflow: 'createAndRunModelSync', title: 'New users', input: newModelSync },
  createAndRunBulkSync: { workflow: 'createAndRunBulkSync', title: 'New lake', input: newBulkSync },
  'createAndRunBulkSync-failed': {
    ...{ workflow: 'createAndRunBulkSync', title: 'New lake' },
    input: () => ({ sync: { name: 'New lake' } }),
  },
  ...scenesOfMany,
  runSyncPipeline: {
    ...{ workflow: 'runSyncPipeline', title: 'pipeline nightly', untilShown: whileAwaited },
    input: addPipeline({ durationMs }),
  },
  'runSyncPipeline-failed': {
    ...{ workflow: 'runSyncPipeline', title: 'pipeline nightly' },
    input: addPipeline({ script: 'failed' }),
  },
  awaitSync: {
    ...{ workflow: 'awaitSync', title, untilShown: whileSearched },
    input: (emulator) => ({ kind: 'model', syncId: addModel(emulator, { everyMs: 20_000 }) }),
  },
  'awaitSync-failed': {
    ...{ workflow: 'awaitSync', title },
    input: (emulator) => ({ kind: 'model', syncId: addModel(emulator, { everyMs: 3_000, script: 'failed' }) }),
  },
  'awaitSync-ingestion': {
    ...{ workflow: 'awaitSync', title, untilShown: () => sleep(4_000) },
    input: (emulator) => ({
      ...{ kind: 'bulk', caughtUpWithin: '1 minute' },
      syncId: addBulk(emulator, { ingestion: { lagMs: 80_000, catchesUpInMs: 60_000 } }),
    }),
  },
  planPolytomic: { workflow: 'planPolytomic', input: () => ({ spec }) },
  provisionPolytomic: {
    ...{ workflow: 'provisionPolytomic', untilShown: whileIn('waitingForApproval'), thenEnd: approve },
    input: () => ({ spec, approve: 'always' }),
  },
  'provisionPolytomic-failed': {
    workflow: 'provisionPolytomic',
    input: (emulator) => {
      const when = ({ body }: { body?: unknown }): boolean => (body as Fields | undefined)?.name === 'Undone lake';
      emulator.fault({ method: 'POST', path: '/api/bulk/syncs', when, status: 422, times: 100 });
      return { spec: specOf('Undone') };
    },
  },
  'provisionPolytomic-invalid': { workflow: 'provisionPolytomic', input: () => ({ spec: { models: 1 } }) },
  checkPolytomicDrift: { workflow: 'checkPolytomicDrift', input: () => ({ spec: specOf('Drifted') }) },
  exportPolytomic: { workflow: 'exportPolytomic', input: () => ({ kinds: ['connections'] }) },
  deprovisionPolytomic: {
    ...{
      workflow: 'deprovisionPolytomic',
      before: { workflow: 'provisionPolytomic', input: { spec: goingSpec } },
      untilShown: whileIn('waitingForApproval'),
      thenEnd: approve,
    },
    input: () => ({ spec: goingSpec, approve: 'always' }),
  },
  checkPolytomicSetup: { workflow: 'checkPolytomicSetup', input: () => ({}) },
  listPolytomicSyncs: { workflow: 'listPolytomicSyncs', input: () => ({ kind: 'model' }) },
  changePolytomicSchedule: {
    ...{ workflow: 'changePolytomicSchedule', title },
    input: (emulator) => ({ kind: 'model', syncId: addModel(emulator), schedule: 'manual' }),
  },
};

async function whileBetweenAttempts(handle: WorkflowHandle): Promise<void> {
  const read = (): Promise<{ nextAttemptAt?: string }> => handle.query('progress');
  while ((await read()).nextAttemptAt === undefined) await sleep(300);
}

/** The record of the set that the scenes apply. */
export function setScene({ workflow }: Client): WorkflowHandle {
  return workflow.getHandle(setWorkflowId('default', 'Lake-of-EU'));
}
