/** What every activity is wrapped in: errors leave by the one door, results are checked in size. */
import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import { toFailure } from './failure';
import { guardResult } from './result-guard';

/** An activity as Temporal calls it. */
export type Activity<I, O> = (input: I) => Promise<O>;

/** The activity with both guards; the error that reaches Temporal holds no cause, as a cause may hold secrets. */
export function guarded<I, O>(name: string, activity: Activity<I, O>): Activity<I, O> {
  return async (input) => {
    // Many requests of one activity listen to its cancellation; Node takes more than ten for a leak.
    setMaxListeners(0, Context.current().cancellationSignal);
    try {
      return guardResult(name, await activity(input));
    } catch (error) {
      throw toFailure(error);
    }
  };
}
