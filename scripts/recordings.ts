/** What is recorded for the replay test: each workflow and each inline use, by the name of its file. */
import { manyRecordings } from './many-recordings';
import { provisionRecordings } from './provision-recordings';
import { once, only, type Input, type Recording, type Stage } from './recording';

const completed: Input = ({ emulator }) => ({ syncId: emulator.addModelSync().id });
const failed: Input = ({ emulator }) => ({ syncId: emulator.addModelSync({ script: 'failed' }).id });
const endless: Input = ({ emulator }) => ({ syncId: emulator.addModelSync({ script: 'neverEnds' }).id });
const timedOut: Input = (stage) => ({ ...endless(stage), timeout: '8 seconds', onFailure: 'return' });
const bulk: Input = ({ emulator }) => ({ syncId: emulator.addBulkSync().id });

const late: Input = ({ emulator }) => ({
  syncId: emulator.addModelSync({ durationMs: 10_000 }).id,
  warnAfter: '1 second',
});

const attached: Input = ({ emulator }) => {
  const { id: syncId } = emulator.addModelSync({ durationMs: 10_000 });
  emulator.startRun(syncId);
  return { syncId, ifRunning: 'attach' };
};

const retried: Input = ({ emulator }) => ({
  syncId: emulator.addBulkSync({ nextScripts: ['oneSchemaFailed'] }).id,
  retryFailedSchemas: 2,
});

const awaited = (input: Input, more: Record<string, unknown> = {}): Recording =>
  only('awaitSync', (stage) => ({ kind: 'model', ...input(stage), ...more }));

const scheduled: Input = ({ emulator }) => ({ syncId: emulator.addModelSync({ everyMs: 3_000 }).id });

const inProgress: Input = ({ emulator }) => {
  const { id: syncId } = emulator.addModelSync({ durationMs: 10_000 });
  return { syncId, executionId: emulator.startRun(syncId) };
};

const newModelSync = ({ emulator }: Stage, name: string): Record<string, unknown> => ({
  name,
  mode: 'create',
  fields: [{ target: 'name' }],
  schedule: {},
  target: { connection_id: emulator.addConnection().id },
});

const newBulkSync = ({ emulator }: Stage, name: string): Record<string, unknown> => ({
  name,
  mode: 'replicate',
  source_connection_id: emulator.addConnection().id,
  destination_connection_id: emulator.addConnection().id,
  destination_configuration: {},
  default_schedule: { frequency: 'manual' },
});

/** By name of the file. */
export const recordings: Readonly<Record<string, Recording>> = {
  'run-model-sync': only('runModelSync', completed),
  'run-bulk-sync': only('runBulkSync', bulk),
  'create-and-run-model-sync': only('createAndRunModelSync', (stage) => ({ sync: newModelSync(stage, 'New') })),
  'create-and-run-bulk-sync': only('createAndRunBulkSync', (stage) => ({ sync: newBulkSync(stage, 'New') })),
  'adopted-by-name': only('createAndRunModelSync', (stage) => {
    stage.emulator.addModelSync({ name: 'Old', active: false });
    return { sync: newModelSync(stage, 'Old'), adopt: 'byName' };
  }),
  failed: only('runModelSync', failed),
  'failed-as-result': only('runModelSync', (stage) => ({ ...failed(stage), onFailure: 'return' })),
  'invalid-input': only('runModelSync', () => ({ syncId: 7 })),
  'not-found': only('runModelSync', () => ({ syncId: 'no-such-sync' })),
  cancelled: { ...only('runModelSync', endless), meanwhile: once((handle) => handle.cancel()) },
  'cancelled-left-running': {
    ...only('runModelSync', (stage) => ({ ...endless(stage), onCancel: 'leaveRunning' })),
    meanwhile: once((handle) => handle.cancel()),
  },
  'timed-out': only('runModelSync', timedOut),
  'timed-out-left-running': only('runModelSync', (stage) => ({ ...timedOut(stage), onTimeout: 'leaveRunning' })),
  'changed-timeout': {
    ...only('runModelSync', endless),
    meanwhile: once((handle) => handle.executeUpdate('changeTimeout', { args: ['1 second'] })),
  },
  attached: only('runModelSync', attached),
  'waited-for-other': only('runModelSync', (stage) => ({ ...attached(stage), ifRunning: 'waitThenStart' })),
  skipped: only('runModelSync', (stage) => ({ ...attached(stage), ifRunning: 'skip' })),
  'already-running': only('runModelSync', (stage) => ({ ...attached(stage), ifRunning: 'fail' })),
  'retried-schemas': only('runBulkSync', retried),
  late: only('runModelSync', late),
  'inline-once': only('inlineOnce', completed),
  'inline-twice': { workflow: 'inlineTwice', input: (stage) => [completed(stage), bulk(stage)] },
  'inline-cancelled': only('inlineCancelled', endless),
  'inline-cancelled-with-workflow': {
    ...only('inlineOnce', endless),
    meanwhile: once((handle) => handle.cancel()),
  },
  'inline-timed-out': only('inlineOnce', timedOut),
  'inline-attached': only('inlineOnce', attached),
  'inline-retried-schemas': only('inlineBulk', retried),
  'inline-late': only('inlineOnce', late),
  'example-before': only('exampleBefore', completed),
  'example-patched': only('examplePatched', completed),
  'await-next': awaited(scheduled),
  'await-in-progress': awaited((stage) => ({ syncId: inProgress(stage).syncId })),
  'await-by-id': awaited(inProgress),
  'await-fresh': awaited(scheduled, { completedAfter: '2026-01-01T00:00:00Z' }),
  'await-failed': awaited(({ emulator }) => ({
    syncId: emulator.addModelSync({ everyMs: 3_000, script: 'failed' }).id,
  })),
  'await-invalid-input': awaited(scheduled, { executionId: 'run', completedAfter: '2026-01-01T00:00:00Z' }),
  'await-late': awaited(({ emulator }) => ({ syncId: emulator.addModelSync({ everyMs: 8_000 }).id }), {
    warnAfter: '1 second',
  }),
  'await-timed-out': awaited(completed, { timeout: '3 seconds', onFailure: 'return' }),
  'await-timed-out-running': awaited(inProgress, { timeout: '3 seconds', onFailure: 'return' }),
  'await-cancelled': { ...awaited(completed), meanwhile: once((handle) => handle.cancel(), 'awaitNextRun') },
  'await-cancelled-running': { ...awaited(inProgress), meanwhile: once((handle) => handle.cancel()) },
  'await-inline': only('inlineAwaited', (stage) => ({ kind: 'model', ...scheduled(stage) })),
  ...manyRecordings,
  ...provisionRecordings,
};
