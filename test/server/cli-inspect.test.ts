/** What a terminal says of workflows that are over, of what they left, and of the set-up: with a real server and worker. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exitCodes } from '../../src/cli/exit-codes';
import type { Report } from '../../src/cli/report/report-data';
import type { RunProgress } from '../../src/contracts/progress';
import { callCli, type CliEnd } from '../unit/cli/cli-process';
import { noSyncs, untilRuns } from './support/fan-out';
import { temporalAddress, waitUntil } from './support/harness';
import { startWorld, type World } from './support/world';

let world: World;
const folder = mkdtempSync(join(tmpdir(), 'cli-inspect-'));

beforeAll(async () => {
  world = await startWorld('cli-inspect', { emulator: { seed: noSyncs } });
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});

const call = (...args: string[]): Promise<CliEnd> =>
  callCli({ args, env: { TEMPORAL_ADDRESS: temporalAddress(), POLYTOMIC_TASK_QUEUE: world.taskQueue } });

const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await call(...args, '-o', 'json')).stdout) as T;

describe('report, explain, retry', () => {
  it('tell of every sync of a fan-out, and run only what failed again', async () => {
    const flaky = world.emulator.addBulkSync({ name: 'night flaky', nextScripts: ['failed'] });
    const good = world.emulator.addBulkSync({ name: 'night good' });
    const input = { filter: { name: 'night *' } };
    const handle = await world.start('runAllBulkSyncs', input);
    await expect(handle.result()).rejects.toThrow();
    const { workflowId } = handle;

    const html = join(folder, 'report.html');
    const report = await json<Report>('report', workflowId, '--html', html);
    const rowOf = (syncId: string) => report.rows.find((row) => row.syncId === syncId);
    expect(rowOf(good.id)).toMatchObject({ outcome: 'completed', name: 'night good', endedAt: expect.any(String) });
    expect(rowOf(flaky.id)).toMatchObject({ outcome: 'failed', errors: ['connection refused by the source'] });
    expect(report.workflows).toMatchObject([
      { workflowId, state: 'failed', total: 2, counts: { completed: 1, failed: 1 } },
    ]);
    expect(readFileSync(html, 'utf8')).toContain('night flaky');

    const csv = join(folder, 'report.csv');
    const trace = join(folder, 'trace.json');
    const files = await call('report', workflowId, '--csv', csv, '--trace', trace);
    expect([files.code, files.stdout]).toEqual([exitCodes.ok, '']);
    const lines = readFileSync(csv, 'utf8').split('\r\n');
    expect(lines[0]).toMatch(/^workflow,kind,sync_id,name,/);
    expect(lines.filter((line) => line.includes(flaky.id))).toEqual([expect.stringMatching(/night flaky,,failed,/)]);
    const { traceEvents } = JSON.parse(readFileSync(trace, 'utf8')) as { traceEvents: { ph: string; name: string }[] };
    const spans = traceEvents.filter(({ ph }) => ph === 'X').map(({ name }) => name);
    expect(spans.sort()).toEqual(['night flaky', 'night good']);

    const { stdout } = await call('explain', workflowId);
    expect(stdout).toMatch(/night flaky ended: failed .*connection refused by the source/);
    expect(stdout).toMatch(/The workflow ended as failed .*Of 2 syncs: 1 completed, 1 failed/);

    const again = await call('retry', workflowId, '-o', 'json');
    expect(again.code).toBe(exitCodes.ok);
    expect(JSON.parse(again.stdout)).toMatchObject({ result: { total: 1, completed: 1 } });
    const runs = (syncId: string): number => world.emulator.executions().filter((run) => run.syncId === syncId).length;
    expect([runs(flaky.id), runs(good.id)]).toEqual([2, 1]);
    const { workflowId: retried } = JSON.parse(again.stdout) as { workflowId: string };
    const nothing = await call('retry', retried);
    expect(nothing.code).toBe(exitCodes.ok);
    expect(nothing.stderr).toContain('there is nothing to run again');
  });

  it('say of a workflow that there is not what to do', async () => {
    const { code, stderr } = await call('report', 'no-such-workflow');
    expect(code).toBe(exitCodes.usage);
    expect(stderr).toContain('No workflow "no-such-workflow"');
  });
});

describe('orphans', () => {
  it('lists the run that a terminated workflow left, until it has ended', async () => {
    const sync = world.emulator.addModelSync({ name: 'left alone', durationMs: 3_600_000 });
    const handle = await world.start('runModelSync', { syncId: sync.id });
    const left = () => world.emulator.executions().find(({ syncId }) => syncId === sync.id);
    await untilRuns(world.emulator, () => left() !== undefined);
    // The id of the run must be in the history, or nobody can know it.
    await waitUntil(async () => (await handle.query<RunProgress>('progress')).phase === 'running');
    await handle.terminate('by the test');
    const [orphan] = (await json<{ workflowId: string }[]>('orphans', '--since', '10m')).filter(
      ({ workflowId }) => workflowId === handle.workflowId,
    );
    expect(orphan).toMatchObject({ state: 'terminated', syncId: sync.id, executionId: left()?.id, kind: 'model' });
    const url = `${world.emulator.url}/api/syncs/${sync.id}/cancel`;
    const headers = { authorization: `Bearer ${world.emulator.apiKey}`, 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'POST', headers, body: '{}' })).ok).toBe(true);
    await untilRuns(world.emulator, () => left()?.completedAt !== undefined);
    const later = await json<{ workflowId: string }[]>('orphans', '--since', '10m');
    expect(later.map(({ workflowId }) => workflowId)).not.toContain(handle.workflowId);
  });
});

describe('doctor', () => {
  it('finds nothing wrong here, by asking the worker, and shows neither a key nor an id of it', async () => {
    const { code, stdout } = await call('doctor', '-o', 'json');
    expect(code).toBe(exitCodes.ok);
    const findings = JSON.parse(stdout) as { check: string; state: string; message: string }[];
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(
      ['node', 'temporal', 'namespace', 'search', 'workers', 'activities', 'waits', 'version'].concat(
        ['key', 'policy', 'clock'].map((check) => `${check} default`),
      ),
    );
    expect(stdout).not.toContain(world.emulator.apiKey);
  });

  it.each([
    ['no Temporal', ['--address', '127.0.0.1:1'], exitCodes.noTemporal, /Temporal at 127\.0\.0\.1:1 cannot be reached/],
    ['no such namespace', ['-n', 'nowhere'], exitCodes.usage, /Namespace nowhere.*--namespace/s],
    ['no worker', ['-t', 'nobody-polls'], exitCodes.noWorker, /Nobody polls nobody-polls \(workflow\)/],
    ['no such profile', ['--profile', 'nope', '--config-file', '/nowhere.toml'], exitCodes.usage, /Temporal settings/],
    ['no such organization', ['--organization', 'other'], exitCodes.usage, /no organization "other"/],
  ])(
    'names a set-up with %s',
    async (_what, args, code, words) => {
      const end = await call('doctor', ...args);
      expect(end.stdout + end.stderr).toMatch(words);
      expect(end.code).toBe(code);
    },
    60_000,
  );
});
