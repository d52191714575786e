/** Schedules: by the commands, by the library, and by the clock of a real server, which also dies and comes back. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adoptSyncSchedule, ensureSyncSchedule, releaseSyncSchedule } from '../../src';
import { exitCodes } from '../../src/cli/exit-codes';
import type { ShownSchedule } from '../../src/cli/schedules/read-schedules';
import { startDevServer } from '../../src/dev-server/start-dev-server';
import { callCli, startCli, type CliEnd } from '../unit/cli/cli-process';
import { noSyncs, untilRuns } from './support/fan-out';
import { connectTemporal, temporalAddress, temporalCliPath, waitUntil } from './support/harness';
import { startWorld, type World } from './support/world';

let world: World;

beforeAll(async () => {
  world = await startWorld('cli-schedule', { emulator: { seed: noSyncs }, plugin: { operations: 'all' } });
});

afterAll(() => world.close());

const call = (...args: string[]): Promise<CliEnd> =>
  callCli({ args, env: { TEMPORAL_ADDRESS: temporalAddress(), POLYTOMIC_TASK_QUEUE: world.taskQueue } });

const runsOf = (syncId: string) => world.emulator.executions().filter((run) => run.syncId === syncId);

async function shown(scheduleId: string): Promise<ShownSchedule> {
  return JSON.parse((await call('schedule', 'show', scheduleId, '-o', 'json')).stdout) as ShownSchedule;
}

describe('temporal-polytomic schedule', () => {
  it('previews the next five times and creates nothing unless approved', async () => {
    world.emulator.addBulkSync({ name: 'Nightly' });
    const args = [
      'schedule',
      'create',
      `${world.taskQueue}-no`,
      'bulk',
      'Nightly',
      '--cron',
      '0 2 * * *',
      '--time-zone',
      'Asia/Tokyo',
    ];
    const { code, stderr } = await call(...args);
    expect(code).toBe(exitCodes.notAllowed);
    expect(stderr.match(/^ {2}\d{4}-\d{2}-\d{2}T17:00:00\.000Z$/gm)).toHaveLength(5);
    expect((await call('schedule', 'show', `${world.taskQueue}-no`)).code).toBe(exitCodes.usage);
    expect((await call('schedule', 'create', 'x', 'bulk', 'Nightly', '--yes')).stderr).toMatch(/When is it to run\?/);
  });

  it('fires by the clock, skips while the run before is under way, and is paused, triggered, back-filled, changed, deleted', async () => {
    const sync = world.emulator.addBulkSync({ name: 'Clockwork', durationMs: 3_000 });
    const id = `${world.taskQueue}-clock`;
    const create = ['schedule', 'create', id, 'bulk', 'Clockwork', '--yes', '--interval'];
    expect((await call(...create, '1s', '--notes', 'every second')).stdout).toBe(`Schedule ${id} created\n`);
    await untilRuns(world.emulator, (runs) => runs.filter(({ syncId }) => syncId === sync.id).length >= 2);

    expect((await call('schedule', 'pause', id, '--notes', 'enough')).code).toBe(exitCodes.ok);
    const paused = await shown(id);
    expect(paused).toMatchObject({
      ...{ paused: true, note: 'enough', title: 'Clockwork', workflow: 'runBulkSync', input: { syncId: sync.id } },
      policies: { overlap: 'SKIP', catchupWindowMs: 3_600_000, pauseOnFailure: false },
    });
    const { stdout } = await call('schedule', 'show', id, '--time-format', 'iso');
    expect(stdout).toMatch(/^Clockwork \(runBulkSync\), paused, enough\n/);
    expect(stdout).toMatch(/^ {2}next, once it is resumed:\n {4}\d{4}-\S+ \(\d{4}-\S+\)$/m);
    expect(stdout).toMatch(/^ {2}last:\n {4}\d{4}-\d\d-\d\dT/m);
    // It was due every second and ran for three.
    expect(paused.counts.skippedOverlap).toBeGreaterThan(0);
    const runs = runsOf(sync.id);
    expect(runs.slice(1).every((run, at) => run.createdAt >= (runs[at]?.completedAt ?? Infinity))).toBe(true);

    const listed = JSON.parse((await call('schedule', 'list', '-o', 'json')).stdout) as { scheduleId: string }[];
    expect(listed).toContainEqual(
      expect.objectContaining({ scheduleId: id, title: 'Clockwork', paused: true, next: null }),
    );

    await waitUntil(() => runsOf(sync.id).every(({ completedAt }) => completedAt !== undefined));
    const taken = async (): Promise<number> => (await shown(id)).counts.taken;
    const before = await taken();
    expect((await call('schedule', 'trigger', id)).code).toBe(exitCodes.ok);
    await waitUntil(async () => (await taken()) === before + 1);
    expect((await shown(id)).recent[0]?.workflow).toMatchObject({
      status: 'completed',
      end: { result: { outcome: 'completed', syncId: sync.id }, exitCode: 0 },
    });
    expect((await call('schedule', 'show', id)).stdout).toMatch(/✓ completed {2}\S+-\d{4}-\d\d-\d\dT/);

    expect((await call(...create, '24h', '--catchup-window', '10m')).stdout).toBe(`Schedule ${id} updated\n`);
    expect(await shown(id)).toMatchObject({ paused: true, note: 'enough', policies: { catchupWindowMs: 600_000 } });

    const range = [
      '--start-time',
      '2026-11-01T00:00:00Z',
      '--end-time',
      '2026-11-03T12:00:00Z',
      '--overlap-policy',
      'BufferAll',
    ];
    expect((await call('schedule', 'backfill', id, ...range)).code).toBe(exitCodes.ok);
    await waitUntil(async () => (await taken()) === before + 4);

    expect((await call('schedule', 'resume', id)).code).toBe(exitCodes.ok);
    expect(await shown(id)).toMatchObject({ paused: false });
    expect((await call('schedule', 'delete', id)).code).toBe(exitCodes.ok);
    expect((await call('schedule', 'show', id)).code).toBe(exitCodes.usage);
  });

  it('schedules fan-outs, with a preview of their costs', async () => {
    const id = `${world.taskQueue}-all`;
    const create = await call('schedule', 'create', id, 'all-bulk', '--name', 'Night*', '--cron', '0 2 * * *');
    expect(create.code).toBe(exitCodes.notAllowed);
    expect(create.stderr).toMatch(/1 syncs would run, with about \d+ requests/);
    const yes = await call('schedule', 'create', id, 'all-bulk', '--name', 'Night*', '--cron', '0 2 * * *', '--yes');
    expect(yes.code).toBe(exitCodes.ok);
    expect(await shown(id)).toMatchObject({ workflow: 'runAllBulkSyncs', input: { filter: { name: 'Night*' } } });
    expect((await call('schedule', 'show', id)).stdout).toMatch(/^ {2}last: never$/m);
    await call('schedule', 'delete', id);
  });

  it('stores no input that every one of its runs would fail with, and names all that is wrong', async () => {
    const { id: syncId } = world.emulator.addBulkSync({ name: 'Checked' });
    const id = `${world.taskQueue}-invalid`;
    const gone = '5c0ffee5-0000-4000-8000-0000000000ff';
    const folder = mkdtempSync(join(tmpdir(), 'cli-schedule-'));
    const file = join(folder, 'pipeline.json');
    const steps = [
      { id: 'load', kind: 'bulk', syncId },
      { id: 'crm', kind: 'model', syncId: gone },
    ];
    writeFileSync(file, JSON.stringify({ steps }));
    const spec = join(folder, 'spec.yaml');
    writeFileSync(spec, 'name: clocked\nmodels: {}\n');
    const wrongInput = ['--input', '{"colour":"red","ifRunning":"maybe"}'];
    const cases: readonly (readonly [args: readonly string[], words: readonly RegExp[]])[] = [
      [
        ['bulk', 'Checked', ...wrongInput],
        [/colour: /, /ifRunning: expected one of/],
      ],
      [['bulk', 'Checked', '--timeout', 'soon'], [/timeout: /]],
      [
        ['all-bulk', '--max-concurrent', '0', '--input', '{"colour":"red"}'],
        [/maxConcurrent: /, /colour: /],
      ],
      [['all-bulk', '--id', gone], [new RegExp(`No bulk sync has the id ${gone}`)]],
      [['all-bulk', '--organization', 'nobody'], [/nobody/]],
      [['all-bulk', '--notify', 'nobody'], [/nobody/]],
      [['all-bulk', 'Checked'], [/all-bulk takes no target/]],
      [['pipeline', file, '--max-warnings', '0', '--input', '{"colour":"red"}'], [/colour: /]],
      [['pipeline', file], [new RegExp(`No model sync has the id ${gone}`)]],
      [['bulk', gone], [new RegExp(`No bulk sync has the id ${gone}`)]],
      [['bulk', syncId, '--organization', 'nobody'], [/nobody/]],
      [['drift', spec, '--input', '{"colour":"red"}'], [/colour: /]],
    ];
    for (const [args, words] of cases) {
      const { code, stderr } = await call('schedule', 'create', id, ...args, '--cron', '0 2 * * *', '--yes');
      for (const word of words) expect(stderr).toMatch(word);
      expect([args, code]).toEqual([args, exitCodes.usage]);
    }
    expect((await call('schedule', 'show', id)).code).toBe(exitCodes.usage);
    rmSync(folder, { recursive: true });
  });

  it('refuses a time that Temporal cannot read as a wrong command line', async () => {
    const id = `${world.taskQueue}-unreadable`;
    const create = await call('schedule', 'create', id, 'all-bulk', '--cron', 'at two', '--yes');
    expect(create).toMatchObject({ code: exitCodes.usage, stderr: expect.stringContaining('CronString') });
    expect((await call('schedule', 'show', id)).code).toBe(exitCodes.usage);
  });

  it('schedules checks for drift of a spec, with its variables', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cli-schedule-'));
    const file = join(folder, 'spec.yaml');
    writeFileSync(file, 'name: clocked\nmodels: {}\n');
    const id = `${world.taskQueue}-drift`;
    const times = ['--cron', '0 6 * * *', '--var', 'port=5432', '--notify', 'data-team', '--yes'];
    expect((await call('schedule', 'create', id, 'drift', file, ...times)).code).toBe(exitCodes.ok);
    expect(await shown(id)).toMatchObject({
      ...{ workflow: 'checkPolytomicDrift', title: 'drift of clocked' },
      input: {
        spec: [{ file, text: 'name: clocked\nmodels: {}\n' }],
        variables: { port: 5432 },
        notify: ['data-team'],
      },
    });
    await call('schedule', 'delete', id);
    rmSync(folder, { recursive: true });
  });
});

describe('temporal-polytomic schedule adopt, release', () => {
  const scheduleOf = (syncId: string): unknown => world.emulator.sync(syncId).fields.schedule;
  const hourly = { frequency: 'hourly', minute: '15' };

  it('needs a worker that may provision, and creates nothing before it is known', async () => {
    const narrow = await startWorld('cli-adopt-narrow', {
      emulator: { seed: noSyncs },
      plugin: { operations: ['run', 'create'] },
    });
    const sync = narrow.emulator.addModelSync({ name: 'Guarded', schedule: hourly });
    const id = `${narrow.taskQueue}-guarded`;
    const args = ['schedule', 'adopt', id, 'model', 'Guarded', '--yes', '-t', narrow.taskQueue];
    const refused = await call(...args);
    expect(refused.code).toBe(exitCodes.notAllowed);
    expect(refused.stderr).toContain('modelSync.update');
    expect((await call('schedule', 'show', id)).code).toBe(exitCodes.usage);
    expect(narrow.emulator.sync(sync.id).fields.schedule).toMatchObject(hourly);
    await narrow.close();
  });

  it('takes the times of Polytomic over, sets its schedule to manual, and gives it back as it was', async () => {
    const sync = world.emulator.addModelSync({ name: 'Owned', schedule: hourly });
    const id = `${world.taskQueue}-owned`;
    const unasked = await call('schedule', 'adopt', id, 'model', 'Owned');
    expect(unasked.code).toBe(exitCodes.notAllowed);
    expect(unasked.stderr).toMatch(/Polytomic has: hourly, minute 15\. It is set to manual\. Next at:/);
    expect(unasked.stderr.match(/^ {2}\S+T\d\d:15:00\.000Z$/gm)).toHaveLength(5);
    const invalid = await call('schedule', 'adopt', id, 'model', 'Owned', '--yes', '--input', '{"colour":"red"}');
    expect(invalid).toMatchObject({ code: exitCodes.usage, stderr: expect.stringContaining('colour: ') });
    expect(scheduleOf(sync.id)).toMatchObject(hourly);

    const adopted = await call('schedule', 'adopt', id, 'model', 'Owned', '--yes', '-o', 'json');
    expect(adopted.code).toBe(exitCodes.ok);
    expect(JSON.parse(adopted.stdout)).toEqual({ scheduleId: id, action: 'created', before: { schedule: hourly } });
    expect(scheduleOf(sync.id)).toMatchObject({ frequency: 'manual' });
    expect(await shown(id)).toMatchObject({
      ...{ paused: false, workflow: 'runModelSync', input: { syncId: sync.id }, title: 'Owned' },
      memo: { polytomicAdopted: { kind: 'model', syncId: sync.id, schedule: { schedule: hourly } } },
    });
    const again = await call('schedule', 'adopt', id, 'model', 'Owned', '--yes', '-o', 'json');
    expect(JSON.parse(again.stdout)).toEqual({ scheduleId: id, action: 'resumed', before: { schedule: hourly } });

    expect((await call('schedule', 'release', id)).code).toBe(exitCodes.notAllowed);
    const released = await call('schedule', 'release', id, '--yes');
    expect(released.stdout).toMatch(/released: model sync \S+ is hourly, minute 15/);
    expect(scheduleOf(sync.id)).toMatchObject(hourly);
    expect((await call('schedule', 'show', id)).code).toBe(exitCodes.usage);
  });

  it('goes on after a call that was cut off at any step', async () => {
    const fields = {
      default_schedule: { frequency: 'daily', hour: '2', minute: '30' },
      additional_schedules: [{ frequency: 'weekly', day_of_week: '1', hour: '4', minute: '0', resync_mode: 'resync' }],
    };
    const sync = world.emulator.addBulkSync({ name: 'Cut off', ...fields });
    const adopted = {
      scheduleId: `${world.taskQueue}-cut`,
      taskQueue: world.taskQueue,
      kind: 'bulk',
      syncId: sync.id,
    } as const;
    const { schedule, workflow } = world.client;
    await expect(adoptSyncSchedule(world.client, adopted)).rejects.toThrow(/When is it to run\? Polytomic has "daily/);
    const times = { ...adopted, cron: ['30 2 * * *'] };
    const frequencies = (): unknown[] => {
      const { default_schedule, additional_schedules } = world.emulator.sync(sync.id).fields;
      const more = (additional_schedules ?? []) as { frequency: string }[];
      return [default_schedule as { frequency: string }, ...more].map(({ frequency }) => frequency);
    };
    const handle = schedule.getHandle(adopted.scheduleId);
    const cutOff = (step: string): Promise<unknown> => {
      const cut = (): Promise<never> => Promise.reject(new Error(`cut off before ${step}`));
      const handles = { getHandle: (id: string) => Object.assign(schedule.getHandle(id), { [step]: cut }) };
      let writes = 0;
      const execute = (...args: Parameters<typeof workflow.execute>) =>
        step === 'change' && (writes += 1) === 2 ? cut() : workflow.execute(...args);
      const client = {
        schedule: Object.assign(Object.create(schedule) as typeof schedule, handles),
        workflow: Object.assign(Object.create(workflow) as typeof workflow, { execute }),
      };
      return adoptSyncSchedule(client, times);
    };
    await expect(cutOff('change')).rejects.toThrow('cut off before change');
    expect([(await handle.describe()).state.paused, frequencies()]).toEqual([true, ['daily', 'weekly']]);
    await expect(cutOff('unpause')).rejects.toThrow('cut off before unpause');
    expect([(await handle.describe()).state.paused, frequencies()]).toEqual([true, ['manual']]);
    expect(await adoptSyncSchedule(world.client, times)).toMatchObject({ action: 'resumed', before: fields });
    expect([(await handle.describe()).state.paused, frequencies()]).toEqual([false, ['manual']]);

    const other = world.emulator.addBulkSync({ name: 'Other', ...fields });
    await expect(adoptSyncSchedule(world.client, { ...times, syncId: other.id })).rejects.toThrow(
      /stands in for the bulk sync/,
    );
    expect(await releaseSyncSchedule(world.client, adopted.scheduleId)).toMatchObject({ restored: fields });
    expect(world.emulator.sync(sync.id).fields).toMatchObject(fields);
    await expect(releaseSyncSchedule(world.client, adopted.scheduleId)).rejects.toThrow(/not found/i);
  });
});

describe('temporal-polytomic schedule release that is cut off', () => {
  const daily = { frequency: 'daily', hour: '2', minute: '30' };
  const isGone = async (id: string): Promise<boolean> => (await call('schedule', 'show', id)).code === exitCodes.usage;
  const scheduleOf = (syncId: string): unknown => world.emulator.sync(syncId).fields.schedule;

  async function adopt(name: string): Promise<{ syncId: string; scheduleId: string }> {
    const { id: syncId } = world.emulator.addModelSync({ name, schedule: daily });
    const scheduleId = `${world.taskQueue}-${name.replaceAll(' ', '-')}`;
    await adoptSyncSchedule(world.client, { scheduleId, taskQueue: world.taskQueue, kind: 'model', syncId });
    return { syncId, scheduleId };
  }

  it('goes on when it is repeated, wherever between its steps that was', async () => {
    const { syncId, scheduleId } = await adopt('given back');
    const { schedule, workflow } = world.client;
    const handle = schedule.getHandle(scheduleId);
    const cutOff = (step: 'pause' | 'change' | 'delete'): Promise<unknown> => {
      const cut = (): Promise<never> => Promise.reject(new Error(`cut off before ${step}`));
      const getHandle = (id: string) => Object.assign(schedule.getHandle(id), { [step]: cut });
      const client = {
        schedule: Object.assign(Object.create(schedule) as typeof schedule, { getHandle }),
        workflow: Object.assign(Object.create(workflow) as typeof workflow, step === 'change' ? { execute: cut } : {}),
      };
      return releaseSyncSchedule(client, scheduleId);
    };
    const standing = async (): Promise<unknown[]> => {
      const { state, memo } = await handle.describe();
      const { frequency } = scheduleOf(syncId) as { frequency: string };
      return [state.paused, frequency, memo?.['polytomicAdopted'] !== undefined];
    };
    // Never do both start it: ours is paused before Polytomic has its own again, and only then deleted.
    for (const [step, paused, frequency] of [
      ['pause', false, 'manual'],
      ['change', true, 'manual'],
      ['delete', true, 'daily'],
      ['delete', true, 'daily'],
      ['change', true, 'daily'],
    ] as const) {
      await expect(cutOff(step)).rejects.toThrow(`cut off before ${step}`);
      expect(await standing()).toEqual([paused, frequency, true]);
    }
    expect(await releaseSyncSchedule(world.client, scheduleId)).toMatchObject({
      syncId,
      restored: { schedule: daily },
    });
    expect(scheduleOf(syncId)).toMatchObject(daily);
    expect(await isGone(scheduleId)).toBe(true);
  });

  it.each([
    ['once ours is paused', 'paused'],
    ['while Polytomic is asked', 'asked'],
    ['once Polytomic has its own again', 'given'],
  ] as const)('goes on when the process is killed %s', async (_what, when) => {
    const { syncId, scheduleId } = await adopt(`killed ${when}`);
    world.emulator.clearRequests();
    const writes = () =>
      world.emulator.requests().filter(({ method, path }) => method !== 'GET' && path.includes(syncId));
    const isPaused = async (): Promise<boolean> =>
      (await world.client.schedule.getHandle(scheduleId).describe()).state.paused;
    const isGiven = (): boolean => (scheduleOf(syncId) as { frequency: string }).frequency === 'daily';
    if (when === 'asked') world.emulator.fault({ operation: 'modelSync.update', delayEffectMs: 3_000, times: 1 });
    const args = ['schedule', 'release', scheduleId, '--yes'];
    const cli = startCli({
      args,
      env: { TEMPORAL_ADDRESS: temporalAddress(), POLYTOMIC_TASK_QUEUE: world.taskQueue },
    });
    await waitUntil(when === 'paused' ? isPaused : when === 'asked' ? () => writes().length > 0 : isGiven, {
      everyMs: 5,
    });
    cli.child.kill('SIGKILL');
    await cli.ended;
    // What it had begun may end after it; the same command once more comes to the same end.
    const repeated = await call(...args);
    const wasOver = repeated.code === exitCodes.usage && /No schedule/.test(repeated.stderr);
    expect(wasOver || repeated.code === exitCodes.ok).toBe(true);
    expect(scheduleOf(syncId)).toMatchObject(daily);
    expect(await isGone(scheduleId)).toBe(true);
    expect(world.emulator.executions().filter((run) => run.syncId === syncId)).toEqual([]);
  });
});

describe('ensureSyncSchedule', () => {
  it('starts within the catch-up window what was missed while Temporal was down, and nothing older', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cli-schedule-'));
    const cliPath = temporalCliPath();
    const first = await startDevServer({ cliPath, dbFile: join(folder, 'temporal.db') });
    const { port } = new URL(`http://${first.address}`);
    const ensure = async (scheduleId: string, catchupWindow: string): Promise<void> => {
      const { client, close } = await connectTemporal(first.address);
      const times = { intervals: [{ every: '2 seconds' }], overlap: 'ALLOW_ALL' as const, catchupWindow };
      const work = { workflow: 'runBulkSync', input: { syncId: 'any' }, taskQueue: 'nobody' };
      expect(await ensureSyncSchedule(client.schedule, { scheduleId, ...work, ...times })).toMatchObject({
        action: 'created',
      });
      await waitUntil(
        async () => (await client.schedule.getHandle(scheduleId).describe()).info.recentActions.length > 0,
      );
      await close();
    };
    await ensure('patient', '1 hour');
    await ensure('hasty', '10 seconds');
    await first.stop();
    const downMs = 16_000;
    await new Promise((resolve) => setTimeout(resolve, downMs));
    const second = await startDevServer({ cliPath, dbFile: join(folder, 'temporal.db'), port: Number(port) });
    const { client, close } = await connectTemporal(second.address);
    const infoOf = async (id: string) => (await client.schedule.getHandle(id).describe()).info;
    const isLate = ({ scheduledAt, takenAt }: { scheduledAt: Date; takenAt: Date }): boolean =>
      takenAt.getTime() - scheduledAt.getTime() > 11_000;
    await waitUntil(async () => (await infoOf('patient')).recentActions.some(isLate));
    await waitUntil(async () => (await infoOf('hasty')).numActionsMissedCatchupWindow > 0);
    expect((await infoOf('hasty')).recentActions.filter(isLate)).toEqual([]);
    await close();
    await second.stop();
    rmSync(folder, { recursive: true });
  });
});
