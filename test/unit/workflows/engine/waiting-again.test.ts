/** A wait that returns with nothing, or that nobody picks up, is issued again: not at once, and where somebody waits. */
import { expect, it } from '@jest/globals';
import { applyEvent } from '../../../../src/workflows/engine/apply';
import type { Command } from '../../../../src/workflows/engine/commands';
import type { EngineState } from '../../../../src/workflows/engine/state';
import { step } from '../../../../src/workflows/engine/step';
import { prepared } from '../support';
import { Engine } from './engine-by-hand';
import { began, endOf, fanOutState, listOf, runningJob, snapshotOf } from './support';

const [second, minute] = [1_000, 60_000];
const identity = { workflowId: 'fan-out', runId: 'run-1' };

/** One run that no wait covers yet, and nothing else to do. */
function waitingState(): EngineState {
  const state = fanOutState();
  state.pending = {};
  const job = runningJob('lake');
  if (job.stage.type === 'running') job.stage.isAwaited = false;
  state.jobs = { [job.id]: job };
  return state;
}

const waitIn = (commands: readonly Command[]) => commands.find((command) => command.type === 'wait');

/** Steps at once, and at the time at which the engine wakes: when the next wait goes out, and the wait. */
function nextWait(state: EngineState, now: number) {
  const first = step(state, now, identity);
  const wait = waitIn(first.commands);
  if (wait) return { at: now, wait };
  const at = first.wakeAt ?? NaN;
  return { at, wait: waitIn(step(state, at, identity).commands) };
}

it('comes after a second, doubled to a minute, where waits return with nothing settled', () => {
  const state = waitingState();
  let now = began;
  const pauses: number[] = [];
  for (let turn = 0; turn < 9; turn++) {
    const { at, wait } = nextWait(state, now);
    pauses.push((at - now) / second);
    now = at + 5;
    applyEvent(state, { type: 'answered', id: wait!.id, result: { settled: [], upNext: [] } }, now);
  }
  expect(pauses).toEqual([0, 1, 2, 4, 8, 16, 32, 60, 60]);
});

it('comes once the current queue was asked for, with what was handed over, and waits longer each time', () => {
  const state = waitingState();
  let now = began;
  const patience: number[] = [];
  const heartbeat = { checkpoint: { v: 2 } };
  for (let turn = 0; turn < 6; turn++) {
    const { at, wait } = nextWait(state, now);
    expect(wait!.request.checkpoint).toEqual(turn === 0 ? undefined : heartbeat);
    expect(wait!.place.setup.waitTaskQueue).toBe(turn === 0 ? state.settings.setup.waitTaskQueue : `queue-${turn - 1}`);
    patience.push(wait!.place.pickupMs / minute);
    now = at + wait!.place.pickupMs;
    const error = { type: 'notPickedUp', failureType: null, message: '', nonRetryable: false, heartbeat } as const;
    applyEvent(state, { type: 'failed', id: wait!.id, error }, now);
    const commands = step(state, now, identity).commands;
    const setup = commands.find(({ type }) => type === 'setup');
    expect(waitIn(commands)).toBeUndefined();
    const answer = { ...state.settings.setup, waitTaskQueue: `queue-${turn}` };
    applyEvent(state, { type: 'answered', id: setup!.id, result: answer }, now);
  }
  expect(patience).toEqual([5, 10, 20, 40, 60, 60]);
  expect(state.log.at(-1)?.message).toMatch(/No worker picked up a wait/);
});

it('reads snapshots where somebody waits, too', () => {
  const engine = new Engine(fanOutState());
  engine.answer('list', () => listOf(['lake']));
  engine.notPickedUp('read');
  expect(engine.open.map(({ type }) => type)).toEqual(['setup']);
  engine.answer('setup', () => ({ ...prepared.setup, waitTaskQueue: 'current' }));
  expect(engine.open).toMatchObject([{ type: 'read', place: { setup: { waitTaskQueue: 'current' } } }]);
});

it('holds up no read, though it brings a snapshot that nobody wants any more', () => {
  const job = runningJob('lake', { retriesLeft: 1 });
  if (job.stage.type === 'running') job.stage.isAwaited = false;
  const engine = new Engine({ ...fanOutState(), jobs: { lake: job } });
  engine.answer('list', () => listOf([]));
  const partly = { ending: 'partial', failedSchemas: ['one'], schemaCounts: { total: 2, failed: 1 } };
  const execution = { ...endOf('lake', 'run-of-lake', {}), ...partly };
  engine.answer('wait', () => ({ settled: [{ state: 'ended', execution }], upNext: [snapshotOf('begun')] }));
  expect(engine.count('read')).toBe(1);
});
