/** The loop of the engine, where a workflow continues as new while updates arrive. */
import { describe, expect, it } from '@jest/globals';
import { drive, type Drive, type Io } from '../../../../src/workflows/engine/drive';
import { began, fanOutState, listOf, runningJob } from './support';

const forever = new Promise<never>(() => undefined);

/** A workflow whose tasks a test makes; from the second on, Temporal suggests to continue as new. */
class Tasks {
  now = began;
  #number = 1;
  #look: () => void = () => undefined;
  #fire: (() => void) | null = null;
  #end: 'done' | 'leave' | null = null;
  readonly #drive: Drive;

  constructor() {
    const state = fanOutState();
    state.jobs = { lake: runningJob('lake') };
    const io: Io = {
      identity: { workflowId: 'w', runId: 'r' },
      now: () => this.now,
      task: () => this.#number,
      run: ({ type }) => ({
        result: type === 'list' ? Promise.resolve(listOf([])) : forever,
        abandon: () => undefined,
      }),
      toError: () => ({ type: 'lost', failureType: null, message: '', nonRetryable: false }),
      armTimer: (at, onFired) => {
        this.#fire = at === this.now + 1 ? onFired : null;
        return () => (this.#fire = null);
      },
      until: async (isReady) => {
        while (!isReady()) await new Promise<void>((resolve) => (this.#look = resolve));
      },
      onCancel: () => undefined,
      shouldLeave: () => this.#number > 1,
      log: () => undefined,
      onStep: () => undefined,
    };
    this.#drive = drive(state, io);
    this.#drive.end.then(
      (end) => (this.#end = end),
      () => undefined,
    );
  }

  /** What the loop ended with in the task, if it did. */
  async next({ updated = false, timed = false }: { updated?: boolean; timed?: boolean }): Promise<string | null> {
    this.#number += 1;
    if (updated) this.#drive.wake();
    const fire = this.#fire;
    if (timed) {
      if (!fire) throw new Error('there is no timer of a millisecond');
      this.now += 1;
      fire();
    }
    for (let turn = 0; turn < 10; turn++) {
      this.#look();
      await Promise.resolve();
    }
    return this.#end;
  }
}

describe('a workflow that is to continue as new', () => {
  it('does so a task later where an update came with this one', async () => {
    const tasks = new Tasks();
    expect(await tasks.next({ updated: true })).toBeNull();
    expect(await tasks.next({ timed: true })).toBe('leave');
  });

  it('lets updates put it off for a second at most', async () => {
    const tasks = new Tasks();
    expect(await tasks.next({ updated: true })).toBeNull();
    tasks.now += 999;
    expect(await tasks.next({ updated: true })).toBeNull();
    tasks.now += 1;
    expect(await tasks.next({ updated: true })).toBe('leave');
  });
});
