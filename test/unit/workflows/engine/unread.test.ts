/** A sync that cannot be read, or that others keep busy, delays nobody else. */
import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../../../src/workflows/engine/commands';
import { Engine } from './engine-by-hand';
import { began, endOf, fanOutState, listOf, snapshotOf } from './support';

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
/** Of an activity with the workflow task that it ends in, of a timer that fires, and of arming one or disarming it. */
const events = { activity: 6, fired: 4, armed: 1 };

/** What is true of the syncs. */
interface World {
  ids: string[];
  /** Cannot be read now. */
  isUnread?: (id: string) => boolean;
  /** The connection of each, and how many runs of others are on it. */
  connectionOf?: (id: string) => string;
  others?: Record<string, number>;
  /** How a run ends. */
  endOfRun?: (id: string) => Parameters<typeof endOf>[2];
}

/** Syncs as they are listed. */
function listed({ ids, connectionOf = () => '' }: World): ReturnType<typeof listOf> {
  const connections = [...new Set(ids.map(connectionOf))];
  return { ...listOf(ids), connections, source: ids.map((id) => connections.indexOf(connectionOf(id))) } as never;
}

/** A fan-out that has read its list. */
function fanOut(world: World, ...of: Parameters<typeof fanOutState>): Engine {
  const engine = new Engine(fanOutState(...of));
  engine.answer('list', () => listed(world));
  return engine;
}

function answerOf({ isUnread = () => false, others, endOfRun = () => ({}) }: World, command: Command): unknown {
  if (command.type !== 'read' && command.type !== 'wait') throw new Error(`no answer to ${command.type}`);
  const { upNext, executions } = command.request;
  const failure = { type: 'polytomic.Unavailable', message: '500', nonRetryable: false } as const;
  return {
    settled: executions.map(({ syncId, executionId }) => ({
      state: 'ended',
      execution: endOf(syncId, executionId, endOfRun(syncId)),
    })),
    upNext: upNext.filter(({ syncId }) => !isUnread(syncId)).map(({ syncId }) => snapshotOf(syncId)),
    failedBefores: upNext
      .filter(({ syncId }) => isUnread(syncId))
      .map(({ kind, syncId }) => ({ kind, syncId, failure })),
    ...(others && { runsByConnection: others }),
  };
}

/** Answers starts at once, reads after ten seconds and waits after a minute, for some time: the starts, and what it cost. */
function play(engine: Engine, world: World, forMs: number): { starts: [id: string, at: number][]; spent: number } {
  const starts: [string, number][] = [];
  const until = engine.now + forMs;
  const dueAt = new Map<string, number>();
  let [spent, armedFor] = [0, Infinity];
  for (;;) {
    if (engine.isDone) return { starts, spent };
    if ((engine.wakeAt ?? Infinity) < armedFor) {
      spent += armedFor === Infinity ? events.armed : 2 * events.armed;
      armedFor = engine.wakeAt ?? Infinity;
    }
    const start = engine.open.find(({ type }) => type === 'start');
    if (start?.type === 'start') {
      for (const { syncId } of start.request.items) starts.push([syncId, engine.now - began]);
      engine.started();
      continue;
    }
    for (const { id, type } of engine.open) {
      if (!dueAt.has(id)) dueAt.set(id, engine.now + (type === 'read' ? 10 * second : minute));
    }
    const at = ({ id }: Command): number => dueAt.get(id) ?? Infinity;
    const first = engine.open.toSorted((one, other) => at(one) - at(other))[0];
    const next = Math.min(first ? at(first) : Infinity, engine.wakeAt ?? Infinity);
    if (next > until) {
      engine.now = until;
      return { starts, spent };
    }
    engine.now = Math.max(engine.now, next);
    if (armedFor <= engine.now) {
      spent += events.fired;
      armedFor = Infinity;
    }
    if (!first || at(first) > engine.now) {
      engine.step();
      continue;
    }
    spent += events.activity;
    engine.open.unshift(...engine.open.splice(engine.open.indexOf(first), 1));
    engine.answer(first.type, (command) => answerOf(world, command));
  }
}

const idsOf = (starts: readonly [string, number][]): string[] => starts.map(([id]) => id);

describe('a sync that cannot be read', () => {
  it.each([{ maxConcurrent: 1 }, { maxConcurrent: 1, startsPerMinute: 6 }, { maxConcurrent: 3 }])(
    'lets the others run: %j',
    (limits) => {
      const world: World = { ids: ['a', 'b', 'c', 'd', 'e'], isUnread: (id) => id === 'a' };
      const engine = fanOut(world, limits);
      expect(idsOf(play(engine, world, hour).starts)).toEqual(['b', 'c', 'd', 'e']);
      expect(idsOf(play(engine, { ids: world.ids }, hour).starts)).toEqual(['a']);
    },
  );

  it.each([{ maxConcurrent: 1 }, { maxConcurrent: 1, startsPerMinute: 6 }])(
    'lets the others run where it ran before, and its failed schemas are to run again: %j',
    (limits) => {
      const ids = Array.from({ length: 12 }, (_one, at) => `sync-${at}`);
      const schemaCounts = { total: 2, failed: 1, canceled: 0 };
      const partly = { ending: 'partial', status: 'completed', failedSchemas: ['one'], schemaCounts } as never;
      let hasRun = false;
      const world: World = {
        ids,
        isUnread: (id) => id === 'sync-0' && hasRun,
        endOfRun: (id) => {
          if (id !== 'sync-0') return {};
          hasRun = true;
          return partly;
        },
      };
      const engine = fanOut(world, limits, { retryFailedSchemas: 1 });
      expect(idsOf(play(engine, world, 2 * hour).starts).toSorted()).toEqual(ids.toSorted());
      expect(idsOf(play(engine, { ids }, hour).starts)).toEqual(['sync-0']);
    },
  );

  it.each([{ maxConcurrent: 1 }, { maxConcurrent: 1, startsPerMinute: 1 }])(
    'is run soon after it can be read, however many others cannot: %j',
    (limits) => {
      const ids = Array.from({ length: 8 }, (_one, at) => `sync-${at}`);
      for (const mended of ids) {
        const engine = fanOut({ ids }, limits);
        expect(play(engine, { ids, isUnread: () => true }, 3 * hour).starts).toEqual([]);
        const from = engine.now - began;
        const { starts } = play(engine, { ids, isUnread: (id) => id !== mended }, hour);
        expect(idsOf(starts)).toEqual([mended]);
        expect((starts[0]?.[1] ?? 0) - from).toBeLessThanOrEqual(7 * minute);
      }
    },
  );

  it('keeps those behind it from running for minutes, where many of them come first', () => {
    const ids = Array.from({ length: 31 }, (_one, at) => `sync-${at}`);
    const world: World = { ids, isUnread: (id) => id !== 'sync-30' };
    const { starts } = play(fanOut(world, { maxConcurrent: 1 }), world, 3 * hour);
    expect(idsOf(starts)).toEqual(['sync-30']);
    expect(starts[0]?.[1]).toBeLessThanOrEqual(20 * minute);
  });

  it.each([
    ['one of many', (id: string) => id === 'sync-0'],
    ['all, as in an outage', () => true],
  ])('costs at most 150 events an hour: %s', (_which, isUnread) => {
    const world: World = { ids: Array.from({ length: 500 }, (_one, at) => `sync-${at}`), isUnread };
    for (const maxConcurrent of [1, 20, 500]) {
      const engine = fanOut(world, { maxConcurrent });
      // The others run meanwhile, or are found to be unreadable too.
      play(engine, world, 12 * hour);
      const { spent, starts } = play(engine, world, 10 * hour);
      expect(starts).toEqual([]);
      expect(spent / 10).toBeGreaterThan(0);
      expect(spent / 10).toBeLessThanOrEqual(150);
    }
  });
});

describe('a connection that others keep busy', () => {
  const world: World = {
    ids: ['a', 'b', 'c', 'd', 'e', 'f'],
    connectionOf: (id) => (id === 'a' ? 'busy' : `free-${id}`),
    others: { busy: 1 },
  };

  it.each([{ maxConcurrent: 1 }, { maxConcurrent: 6 }, { startsPerMinute: 6 }, { startsPerMinute: 60 }])(
    'keeps no sync of another connection from running: %j',
    (limits) => {
      const engine = fanOut(world, { ...limits, maxConcurrentPerConnection: 1 });
      const { starts } = play(engine, world, hour);
      expect(idsOf(starts)).toEqual(['b', 'c', 'd', 'e', 'f']);
      expect(starts[0]?.[1]).toBeLessThanOrEqual(30 * second);
      // Once it is free again, its own has its turn.
      expect(idsOf(play(engine, { ...world, others: {} }, hour).starts)).toEqual(['a']);
    },
  );
});

describe('a sync that had its turn before', () => {
  it('goes on before those that had none', () => {
    const world: World = {
      ids: Array.from({ length: 40 }, (_one, at) => `sync-${at}`),
      endOfRun: (id) => (id === 'sync-0' ? { ending: 'failed', status: 'failed' } : {}),
    };
    const retry = {
      ...{ attempts: 2, delayMs: second, backoff: 1, maxDelayMs: minute },
      on: ['failed' as const],
    };
    const { starts } = play(fanOut(world, { maxConcurrent: 2 }, { retry }), world, hour);
    expect(idsOf(starts).indexOf('sync-1')).toBeLessThan(2);
    expect(idsOf(starts).lastIndexOf('sync-0')).toBeLessThan(6);
  });
});
