/** An activity that makes many requests: each listens to its cancellation. */
import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import { parseRequest, type CompositeName, type RequestOf } from '../inputs/composite-requests';
import { guarded, type Activity } from './guarded';

/** Guarded like every activity; Node would take more than ten listeners for a leak. */
export function withManyRequests<I, O>(name: string, activity: Activity<I, O>): Activity<I, O> {
  return guarded(name, (input) => {
    setMaxListeners(0, Context.current().cancellationSignal);
    return activity(input);
  });
}

/** The same, and the activity gets nothing that its shape does not know. */
export function composite<N extends CompositeName, O>(
  name: N,
  activity: Activity<RequestOf<N>, O>,
): Activity<unknown, O> {
  return withManyRequests(name, (request) => activity(parseRequest(name, request)));
}
