/** An activity that makes many requests: each listens to its cancellation. */
import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import { guarded, type Activity } from './guarded';

/** Guarded like every activity; Node would take more than ten listeners for a leak. */
export function composite<I, O>(name: string, activity: Activity<I, O>): Activity<I, O> {
  return guarded(name, (input) => {
    setMaxListeners(0, Context.current().cancellationSignal);
    return activity(input);
  });
}
