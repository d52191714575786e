/** Which pollers count: those of workers that poll, whatever the clock of the machine that asks says. */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Temporal } from '../../../src/cli/connect';
import { readPollers, requireWorkers } from '../../../src/cli/pollers';

const now = Date.parse('2026-11-28T12:00:00Z');

/** A server that lists one poller of each queue, by the seconds that have passed since it polled last. */
function polled(secondsAgo: Readonly<Record<string, number>>): Temporal {
  const describeTaskQueue = (asked: { taskQueue: { name: string }; taskQueueType: number }): Promise<unknown> => {
    const ago = secondsAgo[`${asked.taskQueue.name} ${asked.taskQueueType}`];
    const lastAccessTime = { seconds: now / 1000 - (ago ?? 0) };
    return Promise.resolve({ pollers: ago === undefined ? [] : [{ identity: 'worker', lastAccessTime }] });
  };
  const connection = { workflowService: { describeTaskQueue } };
  return { connection, namespace: 'default', address: 'there', taskQueue: 'q' } as unknown as Temporal;
}

const living = { 'q 1': 61, 'q 2': 2, 'q-polytomic-wait 2': 30 };

describe('the pollers of a task queue', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    ['right', 0],
    ['an hour ahead', 3_600_000],
    ['an hour behind', -3_600_000],
  ])('are found by a machine whose clock is %s', async (_clock, aheadMs) => {
    jest.spyOn(Date, 'now').mockReturnValue(now + aheadMs);
    await expect(requireWorkers(polled(living))).resolves.toBeUndefined();
    const counts = (await readPollers(polled({ ...living, 'q 1': 200 }))).map(({ pollers }) => pollers.length);
    expect(counts).toEqual([0, 1, 1]);
  });

  it('are named where there are none', async () => {
    await expect(requireWorkers(polled({}))).rejects.toThrow(/No worker polls q \(workflows\), q \(activities\)/);
    await expect(requireWorkers(polled({ ...living, 'q-polytomic-wait 2': 120 }))).rejects.toThrow(
      /No worker polls q-polytomic-wait \(activities\)/,
    );
  });
});
