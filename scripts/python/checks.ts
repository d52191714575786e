/** What the examples in Python promise, each checked against the emulator's list of executions. */
import { deepEqual, equal, match } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulator } from '../../src/testing';
import type { Programs } from './programs';

/** Throws when the promise is not kept. */
export type Check = (programs: Programs, emulator: Emulator) => Promise<void>;

/** Ids of all runs of a sync there ever were. */
function runsOf(emulator: Emulator, id: string): string[] {
  return emulator.executions().flatMap((run) => (run.syncId === id ? [run.id] : []));
}

/** Every check under the sentence that it proves. */
export const checks: Readonly<Record<string, Check>> = {
  'python: a run that completes is the result': async ({ run }, emulator) => {
    const { id } = emulator.addModelSync();
    const { code, said } = await run('python/run_sync.py', 'runModelSync', id);
    deepEqual([code, said.outcome, [said.executionId]], [0, 'completed', runsOf(emulator, id)]);
  },

  'python: two calls under one workflow id are one run': async ({ run }, emulator) => {
    // Long enough for the second call to come in the middle of it.
    const { id } = emulator.addBulkSync({ durationMs: 4_000 });
    const call = () => run('python/run_sync.py', 'runBulkSync', id, 'the-same-workflow-id');
    const calls = await Promise.all([call(), call()]);
    for (const { code, said } of calls) deepEqual([code, [said.executionId]], [0, runsOf(emulator, id)]);
  },

  'python: a run that fails is an error with type, message and details': async ({ run }, emulator) => {
    const { id } = emulator.addBulkSync({ script: 'failed' });
    const { code, said } = await run('python/run_sync.py', 'runBulkSync', id);
    const [result] = (said.details ?? []) as { outcome?: string; syncId?: string }[];
    deepEqual([code, said.type, result?.outcome, result?.syncId], [1, 'polytomic.SyncFailed', 'failed', id]);
    match(String(said.message), /failed/);
  },

  'python-child-workflow: a workflow in Python runs ours as a child and goes on with the result': async (
    programs,
    emulator,
  ) => {
    const { id } = emulator.addBulkSync({ name: 'Lake' });
    const { code, said } = await programs.run('python-child-workflow/start.py', id);
    equal(code, 0);
    match(String(said.published), /^Lake: \d+ records$/);
    equal(runsOf(emulator, id).length, 1);
  },

  'python-child-workflow: it sees why the run failed, and does not go on': async ({ run }, emulator) => {
    const { id } = emulator.addBulkSync({ script: 'failed' });
    const { code, said } = await run('python-child-workflow/start.py', id);
    deepEqual([code, said.type], [1, 'NotLoaded']);
  },

  'airflow: a try that comes while the run is under way joins it': async ({ run }, emulator) => {
    const { id } = emulator.addBulkSync({ durationMs: 4_000 });
    const attempt = () => run('airflow/polytomic_task.py', 'manual__1', 'runBulkSync', JSON.stringify({ syncId: id }));
    const tries = await Promise.all([attempt(), attempt()]);
    for (const { code, said } of tries) deepEqual([code, [said.executionId]], [0, runsOf(emulator, id)]);
  },

  'airflow: a failure tells whether a try more is of use, and the next try starts anew': async ({ run }, emulator) => {
    const { id } = emulator.addModelSync({ script: 'failed' });
    const attempt = (syncId: string) =>
      run('airflow/polytomic_task.py', 'manual__2', 'runModelSync', JSON.stringify({ syncId }));
    for (const runs of [1, 2]) {
      const { code, said } = await attempt(id);
      deepEqual([code, said.type, said.retry], [1, 'polytomic.SyncFailed', true]);
      equal(runsOf(emulator, id).length, runs);
    }
    const { said } = await attempt('00000000-0000-4000-8000-000000000000');
    deepEqual([said.type, said.retry], ['polytomic.NotFound', false]);
  },

  'airflow: a task that is ended cancels its run in Polytomic': async ({ start }, emulator) => {
    const { id } = emulator.addBulkSync({ script: 'neverEnds' });
    const task = start('airflow/polytomic_task.py', 'manual__3', 'runBulkSync', JSON.stringify({ syncId: id }));
    while (runsOf(emulator, id).length === 0) await sleep(100);
    task.terminate();
    const { code, said } = await task.ended;
    deepEqual([code, said.type], [1, 'cancelled']);
    deepEqual(
      emulator.executions().flatMap(({ syncId, status }) => (syncId === id ? [status] : [])),
      ['canceled'],
    );
  },

  'airflow: one task runs many syncs': async ({ run }, emulator) => {
    const ids = [emulator.addBulkSync(), emulator.addBulkSync()].map(({ id }) => id);
    const request = JSON.stringify({ filter: { ids } });
    const { code, said } = await run('airflow/polytomic_task.py', 'manual__4', 'runAllBulkSyncs', request);
    deepEqual([code, said.total, said.completed], [0, 2, 2]);
    deepEqual(
      ids.map((id) => runsOf(emulator, id).length),
      [1, 1],
    );
  },

  'dagster: an asset gets the counts of its very run as metadata, once however often it is tried': async (
    { run },
    emulator,
  ) => {
    const { id } = emulator.addBulkSync({ durationMs: 4_000 });
    const attempt = () => run('dagster/polytomic_asset.py', 'run-1', id);
    const tries = await Promise.all([attempt(), attempt()]);
    for (const { code, said } of tries) {
      deepEqual([code, said.outcome, [said.execution_id]], [0, 'completed', runsOf(emulator, id)]);
      equal(typeof said['dagster/row_count'], 'number');
    }
  },

  'dagster: an asset that is not filled says so, with the same metadata': async ({ run }, emulator) => {
    const { id } = emulator.addBulkSync({ name: 'Lake', script: 'failed' });
    const { code, said } = await run('dagster/polytomic_asset.py', 'run-2', id);
    equal(code, 1);
    // Its failed schemas were run again, so the last run is the one that decided.
    match(String(said.description), /^Lake: (partiallyF|f)ailed$/);
    equal((said.metadata as { execution_id?: string }).execution_id, runsOf(emulator, id).at(-1));
  },
};
