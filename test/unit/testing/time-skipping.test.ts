/** The emulator beside a server that skips time: the clock of worker and emulator is the server's. */
import { describe, expect, it } from '@jest/globals';
import type { AwaitExecutionsResult } from '../../../src/contracts/waits';
import { createPolytomicActivities } from '../../../src/hosting/create-activities';
import { createTimeSkippingEmulator, startEmulator } from '../../../src/testing';
import { performing, type Perform } from '../activities/support/perform';

const hour = 3_600_000;
const startAt = Date.UTC(2026, 0, 1);

/** Skips as Temporal's test server does: once each activity under way sleeps, to the end of the first sleep. */
class SkippingServer {
  readonly supportsTimeSkipping = true;
  /** Locks of its time: one for each activity under way, less the sleeps. */
  locks = 0;
  /** Sleeps that passed. */
  slept = 0;
  private now = startAt;
  private sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  currentTimeMs = (): Promise<number> => Promise.resolve(this.now);

  sleep = (ms: number): Promise<void> => {
    this.locks -= 1;
    if (this.locks < 0) throw new Error('Unbalanced lock and unlock calls');
    return new Promise((wake) => {
      this.sleepers.push({ until: this.now + ms, wake });
      this.skip();
    });
  };

  /** Performs an activity as the server's worker. */
  perform = async (activity: () => Promise<unknown>): Promise<unknown> => {
    this.locks += 1;
    try {
      return await activity();
    } finally {
      this.locks -= 1;
      this.skip();
    }
  };

  private skip(): void {
    if (this.locks > 0) return;
    const [first] = this.sleepers.sort((one, other) => one.until - other.until);
    if (first === undefined) return;
    this.sleepers = this.sleepers.filter((sleeper) => sleeper !== first);
    this.now = Math.max(this.now, first.until);
    this.locks += 1;
    this.slept += 1;
    first.wake();
  }
}

async function onSkippingServer() {
  const server = new SkippingServer();
  const emulator = await createTimeSkippingEmulator(server);
  const activities = performing(createPolytomicActivities(emulator.pluginOptions));
  const perform: Perform = (name, input) => server.perform(() => activities(name, input));
  const awaitRun = async (syncId: string, executionId: string): Promise<AwaitExecutionsResult> =>
    (await perform('awaitExecutions', {
      ...{ organization: 'default', waiter: executionId, lingerMs: 0, upNext: [], waitForMs: null },
      executions: [{ kind: 'bulk', syncId, executionId, createdAt: null, usual: null }],
    })) as AwaitExecutionsResult;
  /** How many hours a run of so many lasted, and how many after the beginning its end was seen. */
  const runFor = async (hours: number, script: 'completed' | 'failed' = 'completed') => {
    const { id } = emulator.addBulkSync({ durationMs: hours * hour, script });
    const { settled } = await awaitRun(id, emulator.startRun(id));
    const [first] = settled;
    if (first?.state !== 'ended') throw new Error('The run was lost');
    return { ending: first.execution.ending, seenAfter: (emulator.clock.now() - startAt) / hour };
  };
  return { server, emulator, awaitRun, runFor };
}

describe('an emulator that follows a server', () => {
  it('has hours pass in few steps, and sees the end when it comes', async () => {
    const { server, emulator, runFor } = await onSkippingServer();
    const { ending, seenAfter } = await runFor(6);
    expect(ending).toBe('completed');
    expect(seenAfter).toBeCloseTo(6, 2);
    expect(server.slept).toBeLessThan(60);
    expect(emulator.executions()).toMatchObject([{ status: 'completed', completedAt: startAt + 6 * hour }]);
  });

  it('skips while several activities wait, each of which locks the time', async () => {
    const { server, runFor } = await onSkippingServer();
    const ends = await Promise.all([runFor(1), runFor(3, 'failed'), runFor(2)]);
    expect(ends.map(({ ending }) => ending)).toEqual(['completed', 'failed', 'completed']);
    expect(ends.map(({ seenAfter }) => Math.round(seenAfter))).toEqual([1, 3, 2]);
    expect(server.locks).toBe(0);
  });

  it('waits out a pause of ten minutes that Polytomic asked for', async () => {
    const { emulator, awaitRun } = await onSkippingServer();
    emulator.fault({ operation: 'bulkSync.executions.get', status: 429, headers: { 'Retry-After': '600' }, times: 1 });
    const { id } = emulator.addBulkSync({ durationMs: 60_000 });
    const { settled } = await awaitRun(id, emulator.startRun(id));
    expect(settled).toMatchObject([{ state: 'ended', execution: { ending: 'completed' } }]);
    expect(emulator.clock.now() - startAt).toBeGreaterThanOrEqual(600_000);
  });

  it('sees a run in time while another one is going to last for days', async () => {
    const { emulator, runFor } = await onSkippingServer();
    const { id } = emulator.addBulkSync({ durationMs: 72 * hour });
    emulator.startRun(id);
    expect((await runFor(1)).seenAfter).toBeCloseTo(1, 1);
  });

  it('lets delays of faults end before the patience of the request', async () => {
    const { emulator, runFor } = await onSkippingServer();
    emulator.fault({ operation: 'bulkSync.executions.get', delayMs: 50_000, times: 1 });
    expect((await runFor(5)).ending).toBe('completed');
    expect(emulator.requests().map(({ status }) => status)).not.toContain(null);
  });

  it('refuses an environment that skips no time', async () => {
    const real = {
      supportsTimeSkipping: false,
      sleep: () => Promise.resolve(),
      currentTimeMs: () => Promise.resolve(0),
    };
    await expect(createTimeSkippingEmulator(real)).rejects.toThrow(
      'environment: expected one of TestWorkflowEnvironment.createTimeSkipping()',
    );
  });
});

it('a plugin refuses a clock that is none', async () => {
  const emulator = await startEmulator();
  const options = { apiKey: emulator.apiKey, url: emulator.url, clock: { now: () => 0 } };
  expect(() => createPolytomicActivities(options as never)).toThrow(
    'clock: expected a clock: now, monotonic, setTimer and random',
  );
  await emulator.close();
});
