/** Both adapters against the emulator, on every API version that has what they need. */
import { describe, expect, it } from '@jest/globals';
import { listSince } from '../../../src/executions/adopt';
import { readSnapshot } from '../../../src/executions/snapshot';
import { addSync, stage } from './support/on-emulator';

const withBulk = ['2024-02-08', '2025-09-18'];
const all = ['2022-12-12', '2023-04-25', ...withBulk];
const versions = [
  ...all.map((version) => ['model', version] as const),
  ...withBulk.map((version) => ['bulk', version] as const),
];
const nobody = '00000000-0000-4000-8000-000000000000';

describe.each(versions)('a %s sync on version %s', (kind, apiVersion) => {
  it('is started and followed to its end by the id of the run', async () => {
    const on = await stage(kind, { apiVersion, durationMs: 1_000 });
    const { executionId } = await on.adapter.start(on.sync.id, {}, 'start-key-0001');
    const ref = { kind, syncId: on.sync.id, executionId };
    expect(await on.adapter.readExecution(ref)).toMatchObject({ ...ref, phase: 'waiting' });
    on.emulator.clock.advance(500);
    expect(await on.adapter.readExecution(ref)).toMatchObject({ ...ref, status: 'running', phase: 'running' });
    on.emulator.clock.advance(500);
    const [record] = on.emulator.executions();
    expect(await on.adapter.readExecution(ref)).toMatchObject({
      ...{ ...ref, phase: 'ended', ending: 'completed', errors: [] },
      completedAt: new Date(record?.completedAt ?? 0).toISOString(),
      records: { errors: 0 },
    });
  });

  it('finds a run that is no longer the last one', async () => {
    const on = await stage(kind, { apiVersion, durationMs: 1_000 });
    const first = on.emulator.startRun(on.sync.id, { script: 'failed' });
    for (let runs = 0; runs < 3; runs += 1) {
      on.emulator.clock.advance(2_000);
      on.emulator.startRun(on.sync.id);
    }
    const read = await on.adapter.readExecution({ kind, syncId: on.sync.id, executionId: first });
    expect(read).toMatchObject({ executionId: first, ending: 'failed' });
  });

  it('does not know a run that never was', async () => {
    const on = await stage(kind, { apiVersion });
    on.emulator.startRun(on.sync.id);
    const unknown = on.adapter.readExecution({ kind, syncId: on.sync.id, executionId: nobody });
    await expect(unknown).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('tells its snapshot: newest run, run in progress, usual duration, server time', async () => {
    const on = await stage(kind, { apiVersion, durationMs: 4_000 });
    on.emulator.startRun(on.sync.id);
    on.emulator.clock.advance(10_000);
    const going = on.emulator.startRun(on.sync.id);
    const snapshot = await readSnapshot(on.adapter, on.sync.id, { client: on.client });
    expect(snapshot).toMatchObject({
      ...{ kind, syncId: on.sync.id, name: on.sync.name, active: true, problems: [] },
      ...{ newest: { executionId: going }, running: { executionId: going } },
      usual: { medianMs: 4_000, sigma: 0, runs: 1 },
      serverTime: new Date(Math.floor(on.emulator.clock.now() / 1_000) * 1_000).toISOString(),
    });
    expect(snapshot.running?.shape).toEqual(
      kind === 'bulk' ? { isTest: false, isResync: false, isPartial: false, fetchMode: 'none' } : undefined,
    );
  });

  it('is found by its exact name, over all pages', async () => {
    const on = await stage(kind, { apiVersion });
    const twin = addSync(on, { name: on.sync.name, active: false });
    Array.from({ length: 120 }, (_, index) => addSync(on, { name: `other ${index}` }));
    const found = await on.adapter.findByName(on.sync.name);
    expect(found.map(({ syncId, active }) => [syncId, active]).toSorted()).toEqual(
      [
        [on.sync.id, true],
        [twin.id, false],
      ].toSorted(),
    );
    expect(await on.adapter.findByName('nobody')).toEqual([]);
  });
});

describe('how runs end', () => {
  it.each([
    ['model', 'completedWithErrors', { ending: 'completed', records: { total: 10, errors: 2 } }],
    ['model', 'allRejected', { ending: 'completed', records: { total: 10, errors: 10 } }],
    ['model', 'interrupted', { ending: 'failed', status: 'interrupted' }],
    ['model', 'unknownStatus', { ending: 'completed' }],
    ['bulk', 'failed', { ending: 'failed', errors: ['connection refused by the source'] }],
    ['bulk', 'errors', { ending: 'partial', status: 'errors', schemaCounts: { total: 3, failed: 1 } }],
    ['bulk', 'oneSchemaFailed', { ending: 'completed', failedSchemas: ['public.users'] }],
    ['bulk', 'canceled', { ending: 'canceled' }],
  ] as const)('a %s run that goes "%s" is read so', async (kind, script, expected) => {
    const on = await stage(kind, { durationMs: 1_000 });
    const executionId = on.emulator.startRun(on.sync.id, { script });
    const ref = { kind, syncId: on.sync.id, executionId };
    on.emulator.clock.advance(600);
    expect((await on.adapter.readExecution(ref)).phase).toBe('running');
    on.emulator.clock.advance(400);
    expect(await on.adapter.readExecution(ref)).toMatchObject({ phase: 'ended', ...expected });
  });

  it('a status known as in progress is believed even beside a completed_at', async () => {
    const on = await stage('model');
    const past = { id: nobody, status: 'created', completed_at: '2024-01-01T00:00:00Z' };
    const { id } = on.emulator.addModelSync({ executions: [past] });
    const read = await on.adapter.readExecution({ kind: 'model', syncId: id, executionId: nobody });
    expect(read).toMatchObject({ status: 'created', phase: 'waiting', completedAt: past.completed_at });
  });
});

describe('a sync with problems', () => {
  it('tells them, each with its code, message and path', async () => {
    const on = await stage('model');
    const problem = { code: 'field_missing', message: 'no such field', path: 'fields[0]', severity: 'error' };
    const { id } = on.emulator.addModelSync({ problems: [problem] });
    const { problems } = await readSnapshot(on.adapter, id, { client: on.client });
    expect(problems).toEqual([{ code: 'field_missing', message: 'no such field', path: 'fields[0]' }]);
  });
});

describe.each(['model', 'bulk'] as const)('runs of a %s sync since long ago', (kind) => {
  it('are all listed, each once, in few requests', async () => {
    const on = await stage(kind, { apiVersion: '2025-09-18', durationMs: 1_000 });
    const { clock } = on.emulator;
    const began = clock.now();
    const ids: string[] = [];
    for (let runs = 0; runs < 130; runs += 1) {
      ids.unshift(on.emulator.startRun(on.sync.id));
      clock.advance(60_000);
    }
    const requestsBefore = on.emulator.requests().length;
    const found = await listSince(on.adapter, on.sync.id, { from: began });
    expect(found.map(({ executionId }) => executionId)).toEqual(ids);
    expect(on.emulator.requests().length - requestsBefore).toBeLessThanOrEqual(3);
    expect(await listSince(on.adapter, on.sync.id, { from: clock.now() - 90_000 })).toHaveLength(
      kind === 'bulk' ? 10 : 50,
    );
  });
});
