/** What is recorded of workflows that run many syncs, by the name of its file. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { FanOutProgress } from '../src/contracts/fan-out-progress';
import type { BulkSyncSeed } from '../src/testing';
import { only, type Input, type Recording, type Stage } from './recording';

/** Syncs of one recording, and what else its input says. */
interface Many extends Record<string, unknown> {
  syncs: readonly BulkSyncSeed[];
  /** Default `bulk`. */
  kind?: 'bulk' | 'model';
}

/** A filter tells the syncs from all others by their names. */
const all =
  (name: string, { syncs, kind = 'bulk', ...input }: Many): Input =>
  ({ emulator }) => {
    for (const [at, seed] of syncs.entries()) {
      const fields = { id: `${name}-${at}`, name: `${name} ${at}`, ...seed };
      if (kind === 'bulk') emulator.addBulkSync(fields);
      else emulator.addModelSync(fields);
    }
    return { filter: { name: `${name} *` }, maxConcurrent: 2, ...input };
  };

const times = (count: number, seed: BulkSyncSeed = {}): BulkSyncSeed[] => Array.from({ length: count }, () => seed);
const endless: BulkSyncSeed = { script: 'neverEnds' };
const failing: BulkSyncSeed = { script: 'failed' };

/** A fan-out over syncs with the recording's name. */
const fanOut = (name: string, many: Many): Recording => only('runAllBulkSyncs', all(name, many));

/** One of the syncs is run by others when its turn comes. */
const busy =
  (name: string, ifRunning: string): Input =>
  (stage) => {
    const input = all(name, { syncs: times(2), ifRunning })(stage);
    stage.emulator.startRun(stage.emulator.addBulkSync({ name: `${name} by others`, durationMs: 6_000 }).id);
    return input;
  };

const steps = ({ emulator }: Stage, first: BulkSyncSeed = {}): Record<string, unknown> => {
  const sync = (seed: BulkSyncSeed = {}): string => emulator.addBulkSync(seed).id;
  return {
    steps: [
      { id: 'lake', kind: 'bulk', syncId: sync(first) },
      { id: 'users', kind: 'model', syncId: emulator.addModelSync().id, after: ['lake'] },
      { id: 'orders', kind: 'bulk', syncId: sync(), after: ['lake'] },
      { id: 'report', kind: 'bulk', syncId: sync(), after: ['users', 'orders'] },
    ],
  };
};

/** Acts once the first run is known. */
const onceRunning = (act: (handle: WorkflowHandle) => Promise<unknown>) => async (handle: WorkflowHandle) => {
  const isRunning = async (): Promise<boolean> =>
    (await handle.query<FanOutProgress>('progress')).running.some(({ executionId }) => executionId !== null);
  while (!(await isRunning())) await sleep(200);
  await act(handle);
};

const steer = async (handle: WorkflowHandle): Promise<void> => {
  await handle.executeUpdate('pause');
  await handle.executeUpdate('setConcurrency', { args: [3] });
  await handle.executeUpdate('skip', { args: ['steered-5'] });
  await sleep(3_000);
  await handle.executeUpdate('resume');
};

/** By name of the file. */
export const manyRecordings: Readonly<Record<string, Recording>> = {
  'run-all-bulk-syncs': fanOut('plain', { syncs: times(6) }),
  'run-all-model-syncs': only('runAllModelSyncs', all('plain models', { syncs: times(4), kind: 'model' })),
  'run-sync-pipeline': only('runSyncPipeline', (stage) => steps(stage)),
  'pipeline-failed': only('runSyncPipeline', (stage) => steps(stage, failing)),
  'pipeline-cancelled': {
    ...only('runSyncPipeline', (stage) => steps(stage, endless)),
    meanwhile: onceRunning((handle) => handle.cancel()),
  },
  'all-failed': fanOut('failing', { syncs: [failing, {}, failing], notify: ['team'] }),
  'all-as-result': fanOut('returned', { syncs: [failing, {}], onFailure: 'return' }),
  'all-invalid-input': only('runAllBulkSyncs', () => ({ maxConcurrent: 0 })),
  'all-of-nothing': fanOut('nothing', { syncs: [] }),
  'all-planned': fanOut('planned', { syncs: times(3), dryRun: true }),
  'all-cancelled': {
    ...fanOut('cancelled', { syncs: times(3, endless), maxConcurrent: 3 }),
    meanwhile: onceRunning((handle) => handle.cancel()),
  },
  'all-timed-out': fanOut('expired', { syncs: times(3, endless), timeout: '6 seconds' }),
  'all-timed-out-singly': fanOut('late', { syncs: [endless, {}], timeoutPerSync: '3 seconds' }),
  'all-late': fanOut('lagging', { syncs: times(2, { durationMs: 8_000 }), warnAfter: '1 second', notify: ['team'] }),
  'all-rest-cancelled': fanOut('cut', { syncs: [failing, ...times(3, endless)], failurePolicy: 'cancelRest' }),
  'all-retried-schemas': fanOut('retried', {
    syncs: [{ nextScripts: ['oneSchemaFailed'] }, {}],
    retryFailedSchemas: 1,
  }),
  'all-paced': fanOut('paced', { syncs: times(3), startsPerMinute: 12 }),
  'all-waited-for-other': only('runAllBulkSyncs', busy('busy', 'waitThenStart')),
  'all-attached': only('runAllBulkSyncs', busy('joined', 'attach')),
  'all-by-connection': fanOut('crowded', {
    syncs: times(4, { source_connection_id: 'warehouse', destination_connection_id: 'lake' }),
    maxConcurrentPerConnection: 1,
  }),
  'all-steered': {
    ...fanOut('steered', { syncs: times(6, { durationMs: 1_500 }) }),
    meanwhile: onceRunning(steer),
  },
  'all-continued': fanOut('continued', { syncs: [{ durationMs: 20_000 }, ...times(25)], maxConcurrent: 4 }),
  'all-more-than-a-batch': fanOut('crowd', { syncs: times(230, { durationMs: 6_000 }), maxConcurrent: 230 }),
  'all-starts-repeated': only('runAllBulkSyncs', (stage) => {
    const input = all('flaky', { syncs: times(24), maxConcurrent: 24 })(stage);
    stage.emulator.fault({ operation: 'bulkSync.start', path: /flaky-/, status: 503, times: 24 });
    return input;
  }),
  // The end is told within the gap after the message that both are late.
  'all-notified-with-gaps': fanOut('noisy', {
    syncs: [failing, { durationMs: 60_000 }],
    warnAfter: '8 seconds',
    notify: ['team'],
  }),
  'all-continued-in-every-phase': only('runAllBulkSyncs', (stage) => {
    const syncs = [
      { durationMs: 25_000 },
      ...times(6, { nextScripts: ['oneSchemaFailed'] }),
      ...times(4, failing),
      ...times(20),
    ];
    const input = all('phases', { syncs, maxConcurrent: 4, retryFailedSchemas: 1, notify: ['team'] })(stage);
    stage.emulator.startRun(stage.emulator.addBulkSync({ name: 'phases by others', durationMs: 15_000 }).id);
    stage.emulator.fault({ operation: 'bulkSync.start', path: /phases-/, status: 503, times: 6 });
    return input;
  }),
  'inline-all': only('inlineAll', all('inline', { syncs: times(3) })),
  'inline-all-cancelled': {
    ...only('inlineAll', all('given up', { syncs: times(3, endless) })),
    meanwhile: afterAWhile,
  },
  'inline-many': {
    workflow: 'inlineMany',
    input: (stage) => [all('beside', { syncs: times(2), kind: 'model' })(stage), steps(stage)],
  },
};

/** Inline functions answer no query. */
async function afterAWhile(handle: WorkflowHandle): Promise<void> {
  await sleep(5_000);
  await handle.cancel();
}
