/** What the ready worker keeps of workflows that wait. */
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { startEmulator } from '../../../src/testing';
import { runWorkerProcess } from '../../../src/worker';

afterEach(() => void jest.restoreAllMocks());
// The worker installs it, and it keeps a process alive.
afterAll(() => Runtime.instance().shutdown());

describe('the ready worker', () => {
  it('keeps a bounded number of workflows in memory, whatever the size of its heap', async () => {
    const emulator = await startEmulator();
    const connection = { close: async () => undefined };
    jest.spyOn(NativeConnection, 'connect').mockResolvedValue(connection as unknown as NativeConnection);
    const create = jest.spyOn(Worker, 'create').mockRejectedValue(new Error('not made'));
    const env = { POLYTOMIC_URL: emulator.url, POLYTOMIC_API_KEY: emulator.apiKey, POLYTOMIC_LOG_LEVEL: 'error' };
    await expect(runWorkerProcess(env))
      .rejects.toThrow('not made')
      .finally(() => emulator.close());
    const [options] = create.mock.calls[0] ?? [];
    expect(options?.maxCachedWorkflows).toBe(100);
  });
});
