import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../../../src/workflows/engine/commands';
import { Engine } from './engine-by-hand';
import { began, endOf, fanOutState, listOf, snapshotOf } from './support';

const theirs = { executionId: 'theirs', status: 'running', createdAt: null, startedAt: null };

/** A fan-out of two syncs, the first of which another user runs. */
function besideOthers(limits: Parameters<typeof fanOutState>[0]): Engine {
  const engine = new Engine(fanOutState(limits));
  const onLake = { connections: ['lake'], source: [0, 0] };
  engine.answer('list', () => ({ ...listOf(['busy', 'idle']), ...onLake }));
  engine.answer('read', (command) => ({
    settled: [],
    upNext: asked(command).map((id) => snapshotOf(id, id === 'busy' ? { running: theirs } : {})),
  }));
  return engine;
}

function asked(command: Command): string[] {
  return command.type === 'read' ? command.request.upNext.map(({ syncId }) => syncId) : [];
}

const startedIds = (engine: Engine): string[] =>
  engine.open.flatMap((command) => (command.type === 'start' ? command.request.items.map(({ syncId }) => syncId) : []));

/** The wait for a run of others ends. */
function othersEnd(engine: Engine): void {
  const at = engine.open.findIndex(
    (command) =>
      command.type === 'wait' && command.request.executions.some(({ executionId }) => executionId === 'theirs'),
  );
  engine.open.unshift(...engine.open.splice(at, 1));
  engine.answer('wait', () => ({ settled: [{ state: 'ended', execution: endOf('busy', 'theirs') }], upNext: [] }));
}

describe('a job that waits for a run of another user', () => {
  it('leaves its place to others, and needs one again before it starts', () => {
    const engine = besideOthers({ maxConcurrent: 1 });
    engine.passTo(began + 1_000);
    engine.read('idle');
    expect(startedIds(engine)).toEqual(['idle']);
    engine.started();
    othersEnd(engine);
    expect([startedIds(engine), engine.count('read')]).toEqual([[], 0]);
    engine.ended('idle', 'run-1', {});
    engine.read('busy');
    expect(startedIds(engine)).toEqual(['busy']);
  });

  it('counts on its connections, as the run that it waits for is there', () => {
    const engine = besideOthers({ maxConcurrent: 2, maxConcurrentPerConnection: 1 });
    engine.passTo(began + 1_000);
    expect([startedIds(engine), engine.count('read')]).toEqual([[], 0]);
    othersEnd(engine);
    expect(engine.count('read')).toBe(1);
  });
});
