import { describe, expect, it } from '@jest/globals';
import { applyEvent } from '../../../../src/workflows/engine/apply';
import type { RunOwnership } from '../../../../src/workflows/engine/job';
import { Engine } from './engine-by-hand';
import { endOf, fanOutState, listOf, runningJob } from './support';

const running = { status: 'running', phase: 'running' } as const;

/** A fan-out of two running syncs, one of which fails. */
function cancellingRest(ownership: RunOwnership): Engine {
  const other = runningJob('other', { attached: ownership === 'attached' });
  const jobs = { failing: runningJob('failing'), other };
  for (const { stage } of Object.values(jobs)) if (stage.type === 'running') stage.isAwaited = false;
  if (other.stage.type === 'running') other.stage.ownership = ownership;
  const engine = new Engine({ ...fanOutState({ failurePolicy: 'cancelRest' }), jobs });
  engine.answer('list', () => listOf([]));
  engine.ended('failing', 'run-of-failing', { status: 'failed', ending: 'failed' });
  return engine;
}

describe('a fan-out that cancels the rest', () => {
  it('leaves a run that it attached to, and counts it as skipped', () => {
    const engine = cancellingRest('attached');
    engine.answer('cancel', (command) => {
      const items = command.type === 'cancel' ? command.request.items : [];
      expect(items).toMatchObject([{ syncId: 'other', cancel: false }]);
      const execution = endOf('other', 'run-of-other', running);
      return [{ executionId: 'run-of-other', requested: false, confirmed: false, execution, problem: null }];
    });
    expect(engine.state.counts).toMatchObject({ failed: 1, skipped: 1, canceled: 0 });
    expect([engine.state.unconfirmed, engine.state.log.map(({ message }) => message)]).toEqual([
      [],
      expect.not.arrayContaining(['A cancel request was not confirmed']),
    ]);
  });

  it('cancels a run of its own', () => {
    const engine = cancellingRest('own');
    engine.answer('cancel', () => [
      { executionId: 'run-of-other', requested: true, confirmed: false, execution: null, problem: 'it goes on' },
    ]);
    expect(engine.state.counts).toMatchObject({ failed: 1, skipped: 0, canceled: 1 });
    expect(engine.state.unconfirmed).toEqual([{ syncId: 'other', executionId: 'run-of-other' }]);
  });

  it('reports a run of its own that goes on, as every cancel request was refused', () => {
    const engine = cancellingRest('own');
    const execution = endOf('other', 'run-of-other', running);
    engine.answer('cancel', () => [
      { executionId: 'run-of-other', requested: false, confirmed: false, execution, problem: 'forbidden' },
    ]);
    expect(engine.state.failures).toMatchObject([
      { syncId: 'failing', outcome: 'failed' },
      { syncId: 'other', outcome: 'canceled', executionId: 'run-of-other', cancelConfirmed: false },
    ]);
  });

  it('skips a job that waits for a run of another user', () => {
    const engine = cancellingRest('other');
    expect(engine.state.counts).toMatchObject({ failed: 1, skipped: 1, canceled: 0 });
    expect(engine.count('cancel')).toBe(0);
  });
});

describe('a run that is cancelled while it waits for a run of another user', () => {
  it('does not name that run as its own', () => {
    const job = runningJob('lake', { attached: false });
    if (job.stage.type === 'running') job.stage.ownership = 'other';
    const engine = new Engine({ ...fanOutState(), jobs: { lake: job } });
    applyEvent(engine.state, { type: 'cancelRequested' }, engine.now);
    engine.step();
    expect(engine.state.failures).toMatchObject([{ syncId: 'lake', outcome: 'canceled', executionId: null }]);
  });
});
