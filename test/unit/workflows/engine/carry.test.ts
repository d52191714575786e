import { describe, expect, it } from '@jest/globals';
import { fromArguments, maxCarriedBytes, toArguments } from '../../../../src/workflows/engine/carry';
import { newAttempt } from '../../../../src/rules/attempt-state';
import { jsonBytes } from '../../../../src/rules/json-bytes';
import type { EngineState } from '../../../../src/workflows/engine/state';
import { began, endOf, fanOutState, runningJob } from './support';

const input = { filter: { name: 'nightly *' } };
const throughJson = (value: unknown): unknown[] => JSON.parse(JSON.stringify(value)) as unknown[];

function carried(state: EngineState, writer = 'run-1'): unknown[] {
  const args = toArguments(state, writer);
  if (!args) throw new Error('it was too large');
  return throughJson(args);
}

const idAt = (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

/** 300 syncs that run their failed schemas again, 300 of them each. */
function largeState(schemaPrefix = 'warehouse_schema_of_customers.table_number_'): EngineState {
  const state = fanOutState({ maxConcurrent: 300 }, { retryFailedSchemas: 1 });
  for (let at = 0; at < 300; at++) {
    const id = idAt(at);
    const schemas = Array.from({ length: 300 }, (_one, number) => `${schemaPrefix}${number}`);
    const execution = endOf(id, `ended-${id}`, {
      failedSchemas: schemas,
      schemas: schemas
        .slice(0, 100)
        .map((schema) => ({ schema, status: 'failed', records: 0, errors: 1, message: null })),
      errors: ['x'.repeat(500), 'y'.repeat(500)],
    } as unknown as Parameters<typeof endOf>[2]);
    state.jobs[id] = runningJob(id, { executions: [execution], start: { schemas } });
  }
  return state;
}

describe('what continue-as-new carries along', () => {
  it('stays below its bound with 300 running syncs and 300 failed schemas each', () => {
    const state = largeState();
    const args = toArguments(state, 'run-1');
    expect(jsonBytes(args)).toBeLessThanOrEqual(maxCarriedBytes);
    for (const part of args ?? []) expect(JSON.stringify(part).length).toBeLessThan(256 * 1024);
  });

  it('is measured in bytes, as texts of other scripts take three times as many as characters', () => {
    const state = largeState('顧客データ表の');
    for (const job of Object.values(state.jobs)) job.name = '東京本社の顧客データを毎晩コピーする同期';
    const args = toArguments(state, 'run-1');
    expect(jsonBytes(args)).toBeLessThanOrEqual(maxCarriedBytes);
    for (const part of args ?? []) expect(jsonBytes(part)).toBeLessThan(256 * 1024);
  });

  it('names the execution that failed where names do not fit, and never loses which schemas run again', () => {
    const restored = fromArguments(input, carried(largeState()), 'run-1');
    for (const job of Object.values(restored?.jobs ?? {})) {
      expect(job.start.schemas ?? job.failedSchemasOf).toBeTruthy();
      if (!job.start.schemas) expect(job.failedSchemasOf).toBe(`ended-${job.syncId}`);
    }
    expect(Object.keys(restored?.jobs ?? {})).toHaveLength(300);
  });

  it('is everything that the engine knows', () => {
    const state = fanOutState();
    const attempt = {
      ...newAttempt(3, { now: began, serverTime: new Date(began).toISOString() }, [{ from: 1, to: 2 }]),
      tries: 4,
      visibleUntil: 7,
      conflicts: { keys: 2, since: 5 },
    };
    Object.assign(state, {
      ...{ next: 17, fatal: { type: 't', message: 'm', nonRetryable: true }, usualMs: 5, others: { lake: 2 } },
      ...{
        unconfirmed: [{ syncId: 'b', executionId: null }],
        unconfirmedCount: 3,
        emptyWaits: { count: 2, notBefore: 9 },
        probe: { fruitless: 3, notBefore: 8 },
      },
      ...{ closing: { reason: 'policy', verdict: { outcome: 'skipped', reason: 'r' } }, uncertainCreates: ['New'] },
      jobs: { a: runningJob('a', { attempt, baseline: { ids: ['old'], listed: true }, lostRaces: 2 }) },
    });
    state.outbox.channels.team = {
      ...{ gathered: { failed: [], late: [], recovered: [], counts: { failed: 3, late: 0, recovered: 0 } } },
      ...{ sending: null, notBefore: 99 },
    };
    state.wishes = { paused: true, maxConcurrent: 7, timeoutAt: 5, skips: ['b'] };
    const restored = fromArguments(input, carried(state), 'run-1');
    const expected = throughJson([state])[0] as EngineState;
    Object.assign(expected, {
      writer: 'run-1',
      pending: {},
      snapshots: {},
      log: [],
      checkpoints: [],
      isLeaving: false,
    });
    expected.settings.limits.filter = input.filter;
    const { stage } = expected.jobs.a ?? {};
    if (stage?.type === 'running') stage.isAwaited = false;
    expect(restored).toEqual(expected);
  });

  it('is used only by the run that continues the one that wrote it', () => {
    const args = carried(fanOutState());
    expect(fromArguments(input, args, 'run-1')).not.toBeNull();
    expect(fromArguments(input, args, 'run-2')).toBeNull();
    expect(fromArguments(input, args, undefined)).toBeNull();
    expect(fromArguments(input, [], 'run-1')).toBeNull();
  });

  it('blocks the task where its version is unknown, but only for the run that it is for', () => {
    const [head, ...parts] = carried(fanOutState());
    const newer = [{ ...(head as object), v: 99 }, ...parts];
    expect(() => fromArguments(input, newer, 'run-1')).toThrow('version 99');
    expect(fromArguments(input, newer, 'run-2')).toBeNull();
  });

  it.each([
    ['Latin', 'x'],
    ['Japanese', '\u9867'],
  ])('fits with 1,000 running syncs, 300 failed schemas each, and long %s names', (_script, letter) => {
    const state = fanOutState({ maxConcurrent: 1_000 }, { retryFailedSchemas: 2 });
    const longName = (id: string): string => `${id} ${letter.repeat(255)}`.slice(0, 255);
    const schemas = Array.from({ length: 300 }, (_one, number) => longName(String(number)));
    for (let at = 0; at < 1_000; at++) {
      const id = idAt(at);
      const execution = endOf(id, `ended-${id}`, {
        failedSchemas: schemas,
        errors: [longName(id), letter.repeat(500)],
      });
      const known = { name: longName(id), active: true };
      const connections = [idAt(5_000 + (at % 40)), idAt(6_000 + (at % 40))];
      const job = runningJob(id, {
        name: longName(id),
        known,
        connections,
        executions: [execution],
        start: { schemas },
      });
      state.jobs[id] = job;
    }
    if (state.queue.type !== 'list') throw new Error('it has no list');
    state.queue.waiting = Array.from({ length: 1_400 }, (_one, at) => ({
      ...{ id: idAt(10_000 + at), name: longName(idAt(10_000 + at)), active: true, connections: [idAt(5_000)] },
    }));
    const args = carried(state);
    expect(jsonBytes(args)).toBeLessThanOrEqual(maxCarriedBytes);
    for (const part of args) expect(jsonBytes(part)).toBeLessThan(256 * 1024);
    const restored = fromArguments(input, args, 'run-1');
    const jobs = Object.values(restored?.jobs ?? {});
    expect(jobs).toHaveLength(1_000);
    for (const { syncId, name, failedSchemasOf, executions } of jobs) {
      expect(state.jobs[syncId]?.name).toContain(name);
      expect([failedSchemasOf, executions.length]).toEqual([`ended-${syncId}`, 1]);
    }
    expect(restored?.queue.type === 'list' && restored.queue.waiting.length).toBe(1_400);
  });

  it('loses nothing where it is enough to pack the jobs', () => {
    const state = fanOutState({ maxConcurrent: 1_000 });
    for (let at = 0; at < 1_000; at++) {
      const id = idAt(at);
      const execution = endOf(id, `ended-${id}`, { errors: ['x'.repeat(200)] });
      const name = `${'Nightly copy '.repeat(10)}${at}`;
      state.jobs[id] = runningJob(id, { name, known: { name, active: true }, executions: [execution, execution] });
    }
    expect(jsonBytes(state.jobs)).toBeGreaterThan(maxCarriedBytes);
    const expected = throughJson([state.jobs])[0] as EngineState['jobs'];
    for (const { stage } of Object.values(expected)) if (stage.type === 'running') stage.isAwaited = false;
    expect(fromArguments(input, carried(state), 'run-1')?.jobs).toEqual(expected);
  });

  it('keeps the schemas that the input names for a job that is between two attempts', () => {
    const state = largeState();
    for (const job of Object.values(state.jobs)) {
      job.failedAttempt = { outcome: 'failed' };
      job.start = { schemas: ['asked'] };
      job.name = job.id.repeat(200);
    }
    const restored = fromArguments(input, carried(state), 'run-1');
    for (const { start, failedSchemasOf } of Object.values(restored?.jobs ?? {}))
      expect([start, failedSchemasOf]).toEqual([{ schemas: ['asked'] }, undefined]);
  });

  it('takes in the unconfirmed runs of an older release, of which it keeps what results name', () => {
    const [head, ...parts] = carried(fanOutState());
    const { unconfirmedCount: _count, ...older } = head as EngineState;
    const unconfirmed = Array.from({ length: 150 }, (_one, at) => ({ syncId: idAt(at), executionId: null }));
    const restored = fromArguments(input, [{ ...older, unconfirmed }, ...parts], 'run-1');
    expect([restored?.unconfirmed.length, restored?.unconfirmedCount]).toEqual([100, 150]);
  });

  it('is refused where it would be too large for Temporal', () => {
    const state = fanOutState();
    for (let at = 0; at < 4_000; at++)
      state.jobs[`s${at}`] = runningJob(`s${at}`, { connections: [`${at}${'c'.repeat(500)}`] });
    expect(toArguments(state, 'run-1')).toBeNull();
  });
});
