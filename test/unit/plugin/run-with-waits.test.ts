/** A wait worker that cannot even be made. */
import { describe, expect, it } from '@jest/globals';
import type { Worker } from '@temporalio/worker';
import { runWithWaits } from '../../../src/hosting/run-with-waits';

describe('runWithWaits', () => {
  it("fails before the user's worker begins when there can be no wait worker, each time it is tried", async () => {
    const interceptors = { activity: [], client: {}, nexus: [], workflowModules: [] };
    const worker = { options: { namespace: 'default', interceptors }, getState: () => 'INITIALIZED' };
    const begun: unknown[] = [];
    // Task queues of that prefix are Temporal's own, so no worker can be made for one.
    const queue = { taskQueue: '__temporal_reserved', activities: {} };
    const run = (): Promise<void> =>
      runWithWaits(worker as unknown as Worker, queue, async (given) => void begun.push(given));
    await expect(run()).rejects.toThrow(/reserved/);
    await expect(run()).rejects.toThrow(/reserved/);
    expect(begun).toEqual([]);
  });
});
