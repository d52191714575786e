/** How runs end, and what a workflow makes of it. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { SyncRunResult } from '../../src/contracts/run-result';
import type { ExecutionScript } from '../../src/testing';
import { sideBySide } from './support/side-by-side';
import { addSync, kinds, runsOf, workflowOf, type Kind } from './support/syncs';
import { failureOf, startWorld, type World } from './support/world';

let hinted: World;
/** Neither events nor batch status may be read here, so that single reads alone tell the ends. */
let unhinted: World;

beforeAll(async () => {
  const reads = ['executions.list', 'executions.get'].map((name) => `bulkSync.${name}`);
  const operations = ['modelSync.*', 'bulkSync.get', 'bulkSync.start', ...reads, 'entities.get'];
  const worker = { maxCachedWorkflows: 0 };
  [hinted, unhinted] = await Promise.all([
    startWorld('ends'),
    startWorld('ends-unhinted', { plugin: { operations }, worker }),
  ]);
});
afterAll(async () => Promise.all([hinted.close(), unhinted.close()]));

type Expected = Partial<Record<keyof SyncRunResult, unknown>>;

/** A run, what the caller asked besides, and what the result must say. */
interface End {
  script: ExecutionScript;
  input?: Readonly<Record<string, unknown>>;
  result: Expected;
  /** Type of the failure; absent: a success. */
  failure?: string;
}

const failed = { failure: 'polytomic.SyncFailed' };
const ends = (...steps: { status: string; counts?: null }[]): ExecutionScript => [
  { status: 'running', afterMs: 0 },
  ...steps.map((step) => ({ afterMs: 300, ended: true, ...step })),
];

/** The same for both kinds. */
const common: Record<string, End> = {
  'completed is a success': { script: 'completed', result: { outcome: 'completed', status: 'completed', errors: [] } },
  'completed with some records rejected is a success that says so': {
    script: 'completedWithErrors',
    result: { outcome: 'completedWithErrors', status: 'completed' },
  },
  'completed with every record rejected is a failure': {
    ...failed,
    script: 'allRejected',
    result: { outcome: 'failed', status: 'completed', reason: expect.stringContaining('every record was rejected') },
  },
  'failed is a failure with its messages': {
    ...failed,
    script: 'failed',
    result: { outcome: 'failed', status: 'failed', errors: ['connection refused by the source'] },
  },
  'canceled by someone else is a failure of its own type': {
    failure: 'polytomic.SyncCanceled',
    script: 'canceled',
    result: { outcome: 'canceled', status: 'canceled' },
  },
  'errors, with its end told, is a partial failure': {
    ...failed,
    script: 'errors',
    result: { outcome: 'partiallyFailed', status: 'errors' },
  },
  'a status that nobody knows is waited on until the run completes': {
    script: 'unknownStatus',
    result: { outcome: 'completed', status: 'completed' },
  },
  'more rejected records than maxErrorRecords are a failure': {
    ...failed,
    script: 'completedWithErrors',
    input: { maxErrorRecords: 1 },
    result: { outcome: 'failed', reason: expect.stringContaining('maxErrorRecords 1') },
  },
  'as many rejected records as maxErrorRecords are a success': {
    script: 'completedWithErrors',
    input: { maxErrorRecords: 6 },
    result: { outcome: 'completedWithErrors' },
  },
  'a larger share of rejected records than maxErrorRatio is a failure': {
    ...failed,
    script: 'completedWithErrors',
    input: { maxErrorRatio: 0.1 },
    result: { outcome: 'failed', reason: expect.stringContaining('maxErrorRatio 0.1') },
  },
  'fewer records than minRecords are a failure': {
    ...failed,
    script: 'completed',
    input: { minRecords: 31 },
    result: { outcome: 'failed', reason: expect.stringContaining('minRecords 31') },
  },
};

/** Ends of which no event tells, so that hints would only delay their discovery. */
const untold: Record<string, End> = {
  'interrupted, with its end told, is a failure': {
    ...failed,
    script: 'interrupted',
    result: { outcome: 'failed', status: 'interrupted' },
  },
  'the end of a run in a status that nobody knows is a failure': {
    ...failed,
    script: ends({ status: 'frobnicated' }),
    result: { outcome: 'failed', status: 'frobnicated', reason: expect.stringContaining('no success') },
  },
};

const ofKind: Record<Kind, Record<string, End>> = {
  model: {
    'the counts are those of the run': {
      script: 'completedWithErrors',
      result: { records: { total: 10, inserted: 8, updated: 0, upserted: 0, deleted: 0, errors: 2, warnings: 0 } },
    },
    'a share of rejected records of maxErrorRatio is a success': {
      script: 'completedWithErrors',
      input: { maxErrorRatio: 0.2 },
      result: { outcome: 'completedWithErrors' },
    },
    'as many records as minRecords are a success': {
      script: 'completed',
      input: { minRecords: 10 },
      result: { outcome: 'completed' },
    },
    'an unreported count is fewer records than minRecords': {
      ...failed,
      script: ends({ status: 'completed', counts: null }),
      input: { minRecords: 1 },
      result: { outcome: 'failed', records: noCounts(), reason: expect.stringContaining('minRecords 1') },
    },
    'an unreported count is no failure by itself': {
      script: ends({ status: 'completed', counts: null }),
      result: { outcome: 'completed', records: noCounts() },
    },
  },
  bulk: {
    'completed with one schema failed is a partial failure that names the schema first': {
      ...failed,
      script: 'oneSchemaFailed',
      result: {
        outcome: 'partiallyFailed',
        status: 'completed',
        schemaCounts: { total: 3, failed: 1 },
        schemas: [
          { schema: 'public.users', status: 'failed', records: 0, errors: 1, warnings: 0, message: expect.any(String) },
          { schema: 'public.orders', status: 'completed', records: 10, errors: 0, warnings: 0, message: null },
          expect.objectContaining({ schema: 'public.events', status: 'completed' }),
        ],
      },
    },
  },
};

function noCounts(): SyncRunResult['records'] {
  return { total: null, inserted: null, updated: null, upserted: null, deleted: null, errors: null, warnings: null };
}

async function judge(world: World, kind: Kind, { script, input, result, failure }: End): Promise<void> {
  const sync = addSync(world, kind, { script });
  const handle = await world.start(workflowOf[kind], { syncId: sync.id, ...input });
  if (failure === undefined) {
    expect(await handle.result()).toMatchObject(result);
  } else {
    expect(await failureOf(handle)).toMatchObject({ type: failure, details: [{ syncId: sync.id, ...result }] });
  }
  const runs = runsOf(world, sync);
  expect(runs).toHaveLength(1);
  expectReadById(world, runs[0]?.id ?? '');
}

/** The run was read by its id, successfully, and nothing else that was read could have told its end. */
function expectReadById({ emulator }: World, executionId: string): void {
  const reads = emulator.requests().filter(({ method, path }) => method === 'GET' && path.endsWith(executionId));
  expect(reads.at(-1)?.status).toBe(200);
  const run = emulator.executions().find(({ id }) => id === executionId);
  expect(reads.some(({ at, status }) => status === 200 && at >= (run?.completedAt ?? Infinity))).toBe(true);
}

const judgeAll = (world: () => World, kind: Kind, table: Record<string, End>): void =>
  sideBySide(Object.fromEntries(Object.entries(table).map(([name, end]) => [name, () => judge(world(), kind, end)])));

describe.each(kinds)('of a %s sync', (kind) => {
  judgeAll(() => hinted, kind, { ...common, ...ofKind[kind] });
});

describe.each(kinds)('without hints and with every workflow task replayed, of a %s sync', (kind) => {
  judgeAll(() => unhinted, kind, { ...common, ...untold, ...ofKind[kind] });
});
