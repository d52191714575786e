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

/** 300 syncs that run their failed schemas again, 300 of them each. */
function largeState(schemaPrefix = 'warehouse_schema_of_customers.table_number_'): EngineState {
  const state = fanOutState({ maxConcurrent: 300 }, { retryFailedSchemas: 1 });
  for (let at = 0; at < 300; at++) {
    const id = `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
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

  it('is refused where it would be too large for Temporal', () => {
    const state = fanOutState();
    for (let at = 0; at < 4_000; at++) state.jobs[`s${at}`] = runningJob(`s${at}`, { connections: ['c'.repeat(300)] });
    expect(toArguments(state, 'run-1')).toBeNull();
  });
});
