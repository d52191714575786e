import { describe, expect, it } from '@jest/globals';
import { waitUntil } from './support/harness';
import { activitiesOf } from './support/history';
import { onChildWorkers } from './support/on-child-workers';

describe('a cancellation that is under way', () => {
  it('is carried out by another worker when its own was killed with SIGKILL', async () => {
    await onChildWorkers(
      'cancels-killed',
      { sync: { script: 'neverEnds' } },
      async ({ emulator, handle, syncId, worker, startWorker }) => {
        const cancels = ['modelSync.executions.cancel'];
        const lost = emulator.fault({ operation: cancels, drop: 'before', times: Infinity });
        await handle.cancel();
        await waitUntil(() => lost.hits > 0);
        await worker.end('SIGKILL');
        lost.remove();
        await startWorker();
        await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
        expect(emulator.executions()).toMatchObject([{ syncId, status: 'canceled' }]);
        const activities = await activitiesOf(handle);
        expect(activities.at(-1)).toMatchObject({ name: 'cancelExecutions', attempt: 2 });
      },
    );
  });
});
