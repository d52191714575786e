/** Fan-outs during which Polytomic has trouble with starts, or others run the same syncs: nothing runs twice. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { FanOutResult } from '../../src/contracts/fan-out-result';
import type { Emulator, EmulatorSync, ExecutionRecord, FaultSpec } from '../../src/testing';
import {
  addSyncs,
  countsOf,
  expectOnceEach,
  failedResultOf,
  fanOutOf,
  peakOn,
  resultOf,
  runsBySync,
  startOrganizations,
  untilRuns,
  type Organizations,
} from './support/fan-out';
import { sideBySide } from './support/side-by-side';
import { endedByHand, kinds, type Kind } from './support/syncs';
import type { Handle } from './support/world';

const troubles: Record<string, FaultSpec> = {
  'answers to starts are lost': { drop: 'after', times: 8 },
  'starts take effect and a gateway answers 504': { status: 504, effect: true, times: 8 },
  'Polytomic answers starts with 503 again and again': { status: 503, retryAfter: 1, times: 10 },
  'a 500 is what the key of a start remembers': { status: 500, recorded: true, times: 4 },
  'starts are refused with 409 though nothing runs': { status: 409, times: 8 },
  'starts are refused with 429': { status: 429, retryAfter: 2, times: 8 },
};
const kindsOfTroubles = Object.keys(troubles).map((trouble, at): [string, Kind] => [
  trouble,
  at % 2 === 0 ? 'bulk' : 'model',
]);
const reactions = ['waitThenStart', 'attach', 'skip', 'fail'] as const;
type Reaction = (typeof reactions)[number];
const busy = (reaction: Reaction, kind: Kind): string => `${kind} ${reaction}`;

let stage: Organizations<string>;

beforeAll(async () => {
  const names = [
    ...Object.keys(troubles),
    'crowded',
    ...reactions.flatMap((reaction) => kinds.map((kind) => busy(reaction, kind))),
  ];
  stage = await startOrganizations('fan-out-troubled', Object.fromEntries(names.map((name) => [name, {}])));
});
afterAll(() => stage.close());

const emulatorOf = (organization: string): Emulator => {
  const emulator = stage.emulators[organization];
  if (!emulator) throw new Error(`no organization ${organization}`);
  return emulator;
};

async function survives(trouble: string, kind: Kind): Promise<void> {
  const emulator = emulatorOf(trouble);
  const syncs = addSyncs(emulator, { kind, count: 24 });
  const fault = emulator.fault({ operation: `${kind}Sync.start`, ...troubles[trouble] });
  const handle = await stage.world.start(fanOutOf[kind], { organization: trouble, maxConcurrent: 8 });
  expect(countsOf(await resultOf(handle))).toEqual({ total: 24, completed: 24 });
  expectOnceEach(emulator, syncs);
  expect(fault.hits).toBeGreaterThan(3);
}

interface Busy {
  emulator: Emulator;
  syncs: EmulatorSync[];
  /** Ids of runs that somebody else started. */
  theirs: string[];
  handle: Handle;
}

/** A dozen syncs, of which the first three are run by somebody else, until all others have run. */
async function amongOthers(ifRunning: Reaction, kind: Kind): Promise<Busy> {
  const organization = busy(ifRunning, kind);
  const emulator = emulatorOf(organization);
  const syncs = addSyncs(emulator, { kind, count: 12 });
  const theirs = syncs.slice(0, 3).map(({ id }) => emulator.startRun(id, { script: endedByHand }));
  const handle = await stage.world.start(fanOutOf[kind], { organization, ifRunning, maxConcurrent: 6 });
  await untilRuns(emulator, (runs) => runs.filter(({ completedAt }) => completedAt).length === 9);
  // Whatever was to be done with them was done, and they still run.
  expect(theirRuns({ emulator, theirs }).map(({ status }) => status)).toEqual(theirs.map(() => 'running'));
  for (const id of theirs) emulator.cancelRun(id);
  return { emulator, syncs, theirs, handle };
}

const theirRuns = ({ emulator, theirs }: Pick<Busy, 'emulator' | 'theirs'>): ExecutionRecord[] =>
  emulator.executions().filter(({ id }) => theirs.includes(id));

/** Whoever started the run of a sync: it was the only one. */
function expectNoRunBeside({ emulator, syncs }: Busy): void {
  expectOnceEach(emulator, syncs);
}

const stories: Record<Reaction, (given: Busy) => Promise<void>> = {
  waitThenStart: async ({ emulator, syncs, theirs, handle }) => {
    expect(countsOf(await resultOf(handle))).toEqual({ total: 12, completed: 12 });
    const twice = Object.fromEntries(syncs.map(({ id }, at) => [id, at < theirs.length ? 2 : 1]));
    expect(runsBySync(emulator)).toEqual(twice);
    for (const { syncId, completedAt = Infinity } of theirRuns({ emulator, theirs })) {
      const ours = emulator.executions().find((run) => run.syncId === syncId && !theirs.includes(run.id));
      expect(ours?.createdAt).toBeGreaterThanOrEqual(completedAt);
    }
  },
  attach: async (given) => {
    expect(countsOf(await resultOf(given.handle))).toEqual({ total: 12, completed: 12 });
    expectNoRunBeside(given);
  },
  skip: async (given) => {
    expect(countsOf(await resultOf(given.handle))).toEqual({ total: 12, completed: 9, skipped: 3 });
    expectNoRunBeside(given);
  },
  fail: async (given) => {
    const result: FanOutResult = await failedResultOf(given.handle);
    expect(countsOf(result)).toEqual({ total: 12, completed: 9, failed: 3 });
    const told = expect.stringContaining('polytomic.SyncAlreadyRunning');
    expect(result.failures.map(({ reason }) => reason)).toEqual([told, told, told]);
    expectNoRunBeside(given);
  },
};

async function countsOthers(): Promise<void> {
  const emulator = emulatorOf('crowded');
  const lake = { source_connection_id: 'erp', destination_connection_id: 'lake' };
  const [theirs] = addSyncs(emulator, { count: 1, seed: { ...lake, id: randomUUID(), name: 'theirs' } });
  const run = emulator.startRun(theirs?.id ?? '', { script: endedByHand });
  addSyncs(emulator, { count: 6, seed: { destination_connection_id: 'lake' } });
  const input = { organization: 'crowded', maxConcurrentPerConnection: 2, filter: { exclude: ['theirs'] } };
  const handle = await stage.world.start('runAllBulkSyncs', input);
  expect(countsOf(await resultOf(handle))).toEqual({ total: 6, completed: 6 });
  expect(peakOn(emulator, 'lake')).toBeLessThanOrEqual(2);
  expect(emulator.executions().find(({ id }) => id === run)).toMatchObject({ status: 'running' });
}

const words: Record<Reaction, string> = {
  waitThenStart: 'waits for runs of others and then runs these syncs too',
  attach: 'attaches to runs of others and starts no others, when asked to',
  skip: 'skips syncs that others run, when asked to',
  fail: 'lists syncs that others run as failed, when asked to',
};
const amongOthersOf = (kind: Kind) =>
  reactions.map(
    (reaction) =>
      [`${words[reaction]} (${kind} syncs)`, async () => stories[reaction](await amongOthers(reaction, kind))] as const,
  );

describe('a fan-out', () => {
  sideBySide({
    ...Object.fromEntries(
      kindsOfTroubles.map(([trouble, kind]) => [
        `runs each sync once though ${trouble}`,
        () => survives(trouble, kind),
      ]),
    ),
    ...Object.fromEntries(kinds.flatMap(amongOthersOf)),
    'counts runs of others on a connection': countsOthers,
  });
});
