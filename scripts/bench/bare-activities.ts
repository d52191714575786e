/** The activities that ours are compared with; they heartbeat as often as ours. */
import { Context } from '@temporalio/activity';
import { startHeartbeats } from '../../src/activities/heartbeats';
import { systemClock } from '../../src/polytomic/clock';
import { createSdkClient, pollUntilEnded, type SyncPolled } from './poll-until-ended';

const everyMs = 37_500;

/** For a worker without our plugin. */
export const bareActivities = {
  /** Does nothing. */
  async idle(): Promise<void> {
    const context = Context.current();
    const stop = startHeartbeats(context, everyMs, () => undefined, systemClock);
    await context.cancelled.finally(stop);
  },

  /** The loop that people write, as an activity. */
  async poll({ url, apiKey, intervalMs, ...sync }: SyncPolled): Promise<void> {
    const context = Context.current();
    const stop = startHeartbeats(context, everyMs, () => undefined, systemClock);
    const client = createSdkClient(url, apiKey);
    await pollUntilEnded(sync, {
      client,
      intervalMs,
      sleep: (ms) => context.sleep(ms),
      tracked: (request) => request,
    }).finally(stop);
  },
};
