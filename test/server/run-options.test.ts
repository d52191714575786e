/** Options of runs that few use; the emulator's list of executions is the judge of what was started. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FanOutResult } from '../../src/contracts/fan-out-result';
import type { ExecutionScript } from '../../src/testing';
import { addSync, kinds, runsOf, runsPath, workflowOf } from './support/syncs';
import { failureOf, startWorld, type World } from './support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld('run-options', { worker: { maxCachedWorkflows: 0 } });
});
afterAll(async () => world.close());

describe('checkConnections', () => {
  it('starts nothing on an unhealthy connection, and says which it is; once it is healthy, it starts', async () => {
    const broken = { status: 'unhealthy', status_error: 'the password has expired' };
    const { id } = world.emulator.addConnection({ name: 'Lake', ...broken });
    const sync = addSync(world, 'bulk', { destination_connection_id: id });
    const input = { syncId: sync.id, checkConnections: true };
    const failure = await failureOf(await world.start('runBulkSync', input));
    expect(failure).toMatchObject({
      type: 'polytomic.ConnectionUnhealthy',
      message: `connection "Lake" (${String(id)}) is unhealthy: the password has expired`,
      details: [{ syncId: sync.id, connections: [{ connectionId: id, ...{ status: 'unhealthy' } }] }],
    });
    const all = { filter: { ids: [sync.id] }, checkConnections: true, onFailure: 'return' };
    const many = (await world.run('runAllBulkSyncs', all)) as unknown as FanOutResult;
    expect(many.failures).toMatchObject([{ reason: expect.stringContaining('polytomic.ConnectionUnhealthy') }]);
    expect(runsOf(world, sync)).toEqual([]);
    world.emulator.updateConnection(String(id), { status: 'healthy' });
    expect(await world.run('runBulkSync', input)).toMatchObject({ outcome: 'completed' });
    expect(runsOf(world, sync)).toHaveLength(1);
  });
});

describe('maxWarnings', () => {
  it('counts a run with more warnings as failed, and a run that completed with uncounted errors as a success', async () => {
    const end = (some: object): ExecutionScript => [
      { status: 'running', afterMs: 0 },
      { status: 'completed', afterMs: 300, ...some },
    ];
    const warned = addSync(world, 'model', { script: end({ counts: { total: 9, insert: 9, warnings: 3 } }) });
    const input = { syncId: warned.id, onFailure: 'return' };
    const reason = '3 warnings, more than maxWarnings 2';
    expect(await world.run('runModelSync', { ...input, maxWarnings: 2 })).toMatchObject({ outcome: 'failed', reason });
    expect(await world.run('runModelSync', { ...input, maxWarnings: 3 })).toMatchObject({ outcome: 'completed' });
    const script = end({ status: 'completed_with_errors', ended: true, counts: null });
    const uncounted = addSync(world, 'model', { script });
    expect(await world.run('runModelSync', { syncId: uncounted.id })).toMatchObject({
      ...{ outcome: 'completedWithErrors', status: 'completed_with_errors' },
      reason: expect.stringContaining('does not report how many'),
    });
  });
});

describe('minRecordsRatio', () => {
  const past = (records: number): Record<string, unknown>[] =>
    Array.from({ length: 6 }, (_, hour) => {
      const at = `2026-01-01T0${hour}:00:00Z`;
      return {
        ...{ id: randomUUID(), status: 'completed', created_at: at, started_at: at, completed_at: at },
        ...{ counts: { total: records, insert: records }, record_count: records },
        ...{ is_test: false, is_resync: false, is_partial: false },
      };
    });
  const script: ExecutionScript = [
    { status: 'running', afterMs: 0 },
    { status: 'completed', afterMs: 300, recordCount: 40, counts: { total: 40, insert: 40 } },
  ];
  const reason = '40 records, fewer than minRecordsRatio 0.5 of 100, the median of the last 6 runs';

  it.each(kinds)('counts a %s run with far fewer records than usual as failed', async (kind) => {
    const sync = addSync(world, kind, { script, executions: past(100) });
    const other = addSync(world, kind, { script, executions: past(80) });
    const input = { syncId: sync.id, onFailure: 'return', minRecordsRatio: 0.5 };
    const failed = { outcome: 'failed', status: 'completed', reason };
    expect(await world.run(workflowOf[kind], input)).toMatchObject(failed);
    expect(await world.run(workflowOf[kind], { ...input, syncId: other.id })).toMatchObject({ outcome: 'completed' });
    const steps = [{ id: 'load', kind, syncId: sync.id, start: { test: true } }];
    const { syncId: _syncId, ...shared } = input;
    expect(await world.run('runSyncPipeline', { ...shared, steps })).toMatchObject({ completed: 1 });
    const all = { ...shared, filter: { ids: [other.id, sync.id] } };
    const many = await world.run(kind === 'model' ? 'runAllModelSyncs' : 'runAllBulkSyncs', all);
    expect(many).toMatchObject({ completed: 1, failed: 1, failures: [{ syncId: sync.id, outcome: 'failed' }] });
  });

  it('decides nothing where past runs may not be read, and goes on through trouble that passes', async () => {
    const sync = addSync(world, 'model', { script, executions: past(100) });
    const input = { syncId: sync.id, onFailure: 'return', minRecordsRatio: 0.5 };
    // The list is read before the start as well.
    const ours = () => runsOf(world, sync).filter(({ startedBy }) => startedBy === 'api');
    const afterEnd = () => ours().some(({ completedAt }) => completedAt !== undefined);
    const list = { operation: 'modelSync.executions.list', path: runsPath(sync), when: afterEnd };
    const troubles = [503, 403].map((status) => world.emulator.fault({ ...list, status }));
    expect(await world.run('runModelSync', input)).toMatchObject({
      ...{ outcome: 'completed', status: 'completed' },
      reason: 'minRecordsRatio was not checked, as past runs could not be read (polytomic.Forbidden)',
    });
    expect(troubles.map(({ hits }) => hits)).toEqual([1, 1]);
    expect(ours()).toHaveLength(1);
  });
});

describe('the page of a run in Polytomic', () => {
  it('is named where only a limit or the timeout fails the run, and not where it succeeds', async () => {
    const sync = addSync(world, 'bulk', {});
    const input = { syncId: sync.id, onFailure: 'return' };
    const pageOf = (executionId: unknown) =>
      expect.stringMatching(new RegExp(`^${world.emulator.url}/.*${String(executionId)}`));
    const limited = await world.run('runBulkSync', { ...input, minRecords: 1_000_000 });
    expect(limited).toMatchObject({ outcome: 'failed', url: pageOf(limited['executionId']) });
    expect(await world.run('runBulkSync', { ...input, minRecords: 1 })).not.toHaveProperty('url');
    const endless = addSync(world, 'bulk', { script: 'neverEnds' });
    const late = await world.run('runBulkSync', { ...input, syncId: endless.id, timeout: '3 seconds' });
    expect(late).toMatchObject({ outcome: 'timedOut', status: 'canceled', url: pageOf(late['executionId']) });
  });
});

describe('filters of a fan-out', () => {
  it('run only syncs of a mode and into a connection, and are sent to the API', async () => {
    const target = (connection_id: string) => ({ target: { connection_id, object: 'contact' } });
    const wanted = addSync(world, 'model', { mode: 'append', ...target('filtered') });
    const others = [
      addSync(world, 'model', { mode: 'update', ...target('filtered') }),
      addSync(world, 'model', { mode: 'append', ...target('other') }),
      addSync(world, 'model', { mode: 'append', active: false, ...target('filtered') }),
    ];
    world.emulator.clearRequests();
    const filter = { mode: 'append', target_connection_id: 'filtered' };
    expect(await world.run('runAllModelSyncs', { filter })).toMatchObject({ total: 1, completed: 1 });
    expect(runsOf(world, wanted)).toHaveLength(1);
    for (const sync of others) expect(runsOf(world, sync)).toEqual([]);
    const [list] = world.emulator.requests().filter(({ operation }) => operation === 'modelSync.list');
    expect(list?.query).toMatchObject({ active: 'true', ...filter });
  });
});
