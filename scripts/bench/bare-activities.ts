/** The activity that ours is compared with: it does nothing but heartbeat, as often as ours. */
import { Context } from '@temporalio/activity';
import { startHeartbeats } from '../../src/activities/heartbeats';
import { systemClock } from '../../src/polytomic/clock';

const everyMs = 37_500;

/** For a worker without our plugin. */
export const bareActivities = {
  async idle(): Promise<void> {
    const context = Context.current();
    const stop = startHeartbeats(context, everyMs, () => undefined, systemClock);
    await context.cancelled.finally(stop);
  },
};
