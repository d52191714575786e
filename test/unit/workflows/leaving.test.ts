/** A state that is too large to continue as new: the workflow goes on, and tries it again some thousand events later. */
import { expect, it, jest } from '@jest/globals';
import type { DriveOptions } from '../../../src/workflows/engine/temporal-io';
import type { EngineState } from '../../../src/workflows/engine/state';
import { newWishes } from '../../../src/workflows/engine/state';
import type * as runEngines from '../../../src/workflows/run-engine';
import { fanOutState, runningJob } from './engine/support';

const history = { historyLength: 5_000, runId: 'run-1', runTimeoutMs: undefined, executionExpirationTime: undefined };
const warnings: string[] = [];
const drives: ((options: DriveOptions) => 'done' | 'leave')[] = [];

jest.doMock('@temporalio/workflow', () => ({
  ...jest.requireActual<object>('@temporalio/workflow'),
  workflowInfo: () => history,
  uuid4: () => 'base-key',
  log: { warn: (message: string) => warnings.push(message) },
}));
jest.doMock('../../../src/workflows/engine/temporal-io', () => ({
  driveInWorkflow: (_state: EngineState, options: DriveOptions) => Promise.resolve(drives.shift()?.(options) ?? 'done'),
}));
jest.doMock('../../../src/workflows/publish-visibility', () => ({
  VisibilityPublisher: class {
    publish(): void {}
  },
  publishOpenCancellation: () => undefined,
}));

function tooLarge(): EngineState {
  const state = fanOutState();
  for (let at = 0; at < 4_000; at++)
    state.jobs[`s${at}`] = runningJob(`s${at}`, { connections: [`${at}${'c'.repeat(500)}`] });
  return state;
}

/** Loaded after the mocks are there. */
const load = () => jest.requireActual<typeof runEngines>('../../../src/workflows/run-engine');

it('is logged, and carried along once it has become smaller', async () => {
  const { runEngine } = load();
  const state = tooLarge();
  const may: boolean[] = [];
  drives.push(
    ({ mayContinue }) => {
      may.push(mayContinue());
      return 'leave';
    },
    ({ mayContinue }) => {
      may.push(mayContinue());
      history.historyLength += 2_000;
      may.push(mayContinue());
      state.jobs = {};
      return 'leave';
    },
  );
  const task = { prepare: () => Promise.resolve(state), onStep: () => undefined };
  const own = { wishes: newWishes(), carried: null, onRunning: () => undefined };
  const end = await runEngine(task, own);
  expect(may).toEqual([true, false, true]);
  expect(end).toMatchObject({ next: [{ writer: 'run-1' }] });
  expect(warnings).toEqual([expect.stringContaining('too large to continue as new')]);
});

it('is no matter of an inline call, which never continues as new', async () => {
  const { runEngine } = load();
  const may: boolean[] = [];
  drives.push(({ mayContinue }) => {
    may.push(mayContinue());
    return 'done';
  });
  await runEngine({ prepare: () => Promise.resolve(fanOutState()), onStep: () => undefined });
  expect(may).toEqual([false]);
});
