/** For which runs the engine has the page in Polytomic read, as their result may be a failure. */
import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../../../src/workflows/engine/commands';
import { applyEvent } from '../../../../src/workflows/engine/apply';
import { counts } from '../../rules/fixtures';
import type { Engine } from './engine-by-hand';
import { many, single } from './engine-by-hand';
import type { snapshotOf } from './support';
import { began, endOf, listOf } from './support';

const minute = 60_000;
const url = 'https://app.polytomic.com/syncs/1/executions/run-1';

const open = <T extends Command['type']>({ open: commands }: Engine, type: T) =>
  commands.find((command) => command.type === type) as Extract<Command, { type: T }>;
const awaited = (engine: Engine) => open(engine, 'wait').request.executions;
const result = ({ state }: Engine) => (state.single && 'result' in state.single ? state.single.result : null);

function running(some: Parameters<typeof single>[0], first?: Parameters<typeof snapshotOf>[1]): Engine {
  const engine = single({ onFailure: 'return', ...some }, first);
  if (engine.count('start') > 0) engine.started();
  return engine;
}

describe('a wait', () => {
  it.each([{ minRecords: 1 }, { maxWarnings: 0 }, { minRecordsRatio: 0.5 }])(
    'says that the run may still fail by %j',
    (limit) => {
      expect(awaited(running(limit))).toMatchObject([{ executionId: 'run-1', mayStillFail: true }]);
    },
  );

  it('does not say so without limits, of limits on errors that show in the run, and of runs of others', () => {
    const others = { executionId: 'theirs', status: 'running', createdAt: null, startedAt: null };
    const engines = [
      running({}),
      running({ maxErrorRecords: 0, maxErrorRatio: 0 }),
      running({ minRecords: 1 }, { running: others }),
    ];
    for (const engine of engines) expect(awaited(engine)[0]).not.toHaveProperty('mayStillFail');
  });

  it('says so of a re-run, which the run before it may make a failure', () => {
    const engine = running({ retryFailedSchemas: 1 });
    const partly = { schemaCounts: { total: 3, failed: 2 }, failedSchemas: ['a', 'b'] };
    engine.ended('lake', 'run-1', partly);
    engine.read('lake');
    engine.started();
    expect(awaited(engine)).toMatchObject([{ executionId: 'run-2', mayStillFail: true }]);
    engine.ended('lake', 'run-2', { schemaCounts: { total: 1, failed: 0 }, url });
    expect(result(engine)).toMatchObject({ outcome: 'partiallyFailed', executionId: 'run-2', url });
  });

  it('says so in a fan-out', () => {
    const engine = many({ minRecords: 1 }, 1);
    engine.answer('list', () => listOf(['lake']));
    engine.read('lake');
    engine.started();
    expect(awaited(engine)).toMatchObject([{ mayStillFail: true }]);
  });
});

describe('a result', () => {
  it.each([{ minRecords: 41 }, { minRecordsRatio: 0.5 }])('names the page where %j fails the run', (limit) => {
    const engine = running(limit);
    engine.ended('lake', 'run-1', { records: counts({ total: 40 }), url });
    if (engine.count('compare') > 0) {
      engine.answer('compare', () => [{ type: 'read', records: [100, 100, 100, 100, 100] }]);
    }
    expect(result(engine)).toMatchObject({ outcome: 'failed', url });
  });

  it('names no page where the run succeeds', () => {
    const engine = running({ minRecords: 40 });
    engine.ended('lake', 'run-1', { records: counts({ total: 40 }), url });
    expect(result(engine)).toMatchObject({ outcome: 'completed' });
    expect(result(engine)).not.toHaveProperty('url');
  });
});

describe('a cancel', () => {
  const overdue = (): Engine => {
    const engine = running({ timeoutMs: minute });
    engine.passTo(began + minute);
    return engine;
  };

  it('asks for pages as the time is up, and the result names it', () => {
    const engine = overdue();
    expect(open(engine, 'cancel').request).toMatchObject({ urls: true });
    const execution = endOf('lake', 'run-1', { status: 'canceled', ending: 'canceled', url });
    engine.answer('cancel', () => [
      { executionId: 'run-1', requested: true, confirmed: true, execution, problem: null },
    ]);
    expect(result(engine)).toMatchObject({ outcome: 'timedOut', url });
  });

  it('names no page of a run that completed meanwhile', () => {
    const engine = overdue();
    const execution = endOf('lake', 'run-1', { url });
    engine.answer('cancel', () => [
      { executionId: 'run-1', requested: true, confirmed: true, execution, problem: null },
    ]);
    expect(result(engine)).toMatchObject({ outcome: 'completed' });
    expect(result(engine)).not.toHaveProperty('url');
  });

  it('asks for none where the workflow was cancelled, which has no result', () => {
    const engine = running({});
    applyEvent(engine.state, { type: 'cancelRequested' }, engine.now);
    engine.step();
    expect(open(engine, 'cancel').request).not.toHaveProperty('urls');
  });
});
