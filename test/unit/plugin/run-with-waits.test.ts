/** A wait worker that cannot even be made, and what running beside one costs. */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { runWithWaits } from '../../../src/hosting/run-with-waits';

const interceptors = { activity: [], client: {}, nexus: [], workflowModules: [] };

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('runWithWaits', () => {
  it("fails and stops the user's worker when there can be no wait worker, each time it is tried", async () => {
    // Task queues of that prefix are Temporal's own, so no worker can be made for one.
    const queue = { taskQueue: '__temporal_reserved', activities: {} };
    for (const own of [createFakeWorker(), createFakeWorker()]) {
      const worker = { ...own, options: { namespace: 'default', interceptors } } as unknown as Worker;
      await expect(runWithWaits(worker, queue, () => own.run())).rejects.toThrow(/reserved/);
      expect(own.shutdown).toHaveBeenCalledTimes(1);
    }
  });

  it("throws the error of the user's worker where that fails before the wait worker is there", async () => {
    let create: (worker: Worker) => void = () => undefined;
    const waits = createFakeWorker();
    jest.spyOn(Worker, 'create').mockReturnValue(new Promise((resolve) => (create = resolve)));
    const worker = { options: { namespace: 'default', interceptors }, getState: () => 'FAILED' } as unknown as Worker;
    const running = runWithWaits(worker, { taskQueue: 'failing', activities: {} }, () =>
      Promise.reject(new Error('no connection')),
    );
    // Long enough for Node to call a promise that nobody looks at unhandled, which ends a process.
    await new Promise(setImmediate);
    create(waits as unknown as Worker);
    await expect(running).rejects.toThrow('no connection');
    expect(waits.shutdown).toHaveBeenCalledTimes(1);
  });

  it('wakes an idle process at most once a second, and stops the waits when the worker stops', async () => {
    jest.useFakeTimers();
    const getState = jest.fn(() => 'RUNNING');
    const waits = createFakeWorker();
    jest.spyOn(Worker, 'create').mockResolvedValue(waits as unknown as Worker);
    const worker = { options: { namespace: 'default', interceptors }, getState } as unknown as Worker;
    const own = createFakeWorker();
    const running = runWithWaits(worker, { taskQueue: 'waits', activities: {} }, () => own.run());
    await jest.advanceTimersByTimeAsync(10_000);
    expect(getState.mock.calls.length).toBeLessThanOrEqual(10);
    expect(waits.shutdown).not.toHaveBeenCalled();
    getState.mockReturnValue('STOPPING');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(waits.shutdown).toHaveBeenCalledTimes(1);
    own.shutdown();
    await running;
  });
});

interface FakeWorker {
  run: () => Promise<void>;
  shutdown: jest.Mock<() => void>;
  getState: () => string;
}

/** Runs until it is shut down. */
function createFakeWorker(): FakeWorker {
  let state = 'RUNNING';
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const shutdown = jest.fn(() => {
    state = 'STOPPED';
    end();
  });
  return { run: () => ended, shutdown, getState: () => state };
}
