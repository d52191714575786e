/** Starts and cancels of one workflow task, which Temporal refuses above 4 MB. */
import { expect, it } from '@jest/globals';
import { newAttempt } from '../../../../src/rules/attempt-state';
import { jsonBytes } from '../../../../src/rules/json-bytes';
import { stopForCancel } from '../../../../src/workflows/engine/stops';
import { Engine } from './engine-by-hand';
import { began, fanOutState, runningJob } from './support';

const ids = Array.from({ length: 1_000 }, (_one, at) => `sync-${at}`);

const schemas = Array.from({ length: 80 }, (_one, at) => `warehouse.customer_orders_of_the_year_${at}_${at}`);

/** Starts that were tried before, each of some 3,700 bytes of schemas. */
function manyStarts(): Engine {
  const state = fanOutState({ maxConcurrent: 1_000 });
  for (const id of ids) {
    const attempt = { ...newAttempt(1, { now: began, serverTime: new Date(began).toISOString() }), tries: 2 };
    const stage = { type: 'starting', activate: false, usual: null, isInFlight: false } as const;
    state.jobs[id] = runningJob(id, { start: { schemas }, attempt, stage });
  }
  return new Engine(state);
}

const itemsOf = ({ open }: Engine) => open.flatMap((one) => (one.type === 'start' ? one.request.items : []));

it('are cut to a budget, and the others follow one second later', () => {
  const engine = manyStarts();
  const started: string[] = [];
  while (started.length < ids.length) {
    const items = itemsOf(engine);
    expect(items.length).toBeGreaterThan(0);
    expect(jsonBytes(items)).toBeLessThan(1_600_000);
    started.push(...items.map(({ syncId }) => syncId));
    engine.open = [];
    const isAll = started.length === ids.length;
    if (!isAll) expect(engine.wakeAt).toBe(engine.now + 1_000);
    engine.passTo(engine.wakeAt ?? Infinity);
  }
  expect(started).toEqual(ids);
});

it('count together where one task takes several steps', () => {
  const engine = manyStarts();
  const count = itemsOf(engine).length;
  engine.step();
  expect(itemsOf(engine)).toHaveLength(count);
});

it('are followed by cancels that name only the runs', () => {
  const state = fanOutState({ maxConcurrent: 1_000 });
  for (const id of ids) state.jobs[id] = runningJob(id, { start: { schemas }, failedSchemasOf: 'e' });
  const engine = new Engine(state);
  stopForCancel(engine.state, engine.now);
  engine.step();
  const items = engine.open.flatMap((one) => (one.type === 'cancel' ? one.request.items : []));
  expect(items).toHaveLength(ids.length);
  expect(jsonBytes(items)).toBeLessThan(200_000);
});
