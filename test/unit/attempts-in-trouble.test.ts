/** What is true is read before an attempt: how often, while that cannot be read, in simulated time. */
import { expect, it } from '@jest/globals';
import { playScenario } from '../simulation/run-scenario';

const minute = 60_000;
const hour = 60 * minute;
const syncId = '00000000-0000-4000-8000-000000000000';

it('reads ever more rarely before the next attempt, while Polytomic does not tell the runs of the sync', async () => {
  const spec = { operation: 'bulkSync.executions.list', status: 503, forMs: 2 * hour };
  const sync = { id: syncId, name: 'Lake', script: 'completed', nextScripts: ['failed'] } as const;
  const story = await playScenario({
    ...{ seed: 1, workflow: 'runBulkSync', syncs: [{ id: syncId, kind: 'bulk' }] },
    input: { syncId, retry: { attempts: 2 } },
    polytomic: { modelSyncs: [], bulkSyncs: [sync] },
    behaviour: {
      ...{ listLagMs: 0, clockSkewsMs: [0], latencyMs: { min: 5, max: 30 }, readsUnlike: false },
      ...{ eventsLateMs: 0, areEventsDoubled: false, areEventsShuffled: false },
    },
    workers: [{ clockOffsetMs: 0 }],
    incidents: [{ at: 5_000, name: 'the list failed', what: { type: 'fault', spec } }],
    ...{ historyLimit: null, notify: null, durationMs: minute, everyMs: null },
  });
  expect(story.end).toMatchObject({ type: 'result', result: { outcome: 'completed', attempts: 2 } });
  expect(story.endedAt - story.beganAt).toBeGreaterThan(2 * hour);
  expect(story.requests.filter(({ status }) => status === 503).length).toBeLessThan(300);
});
