/** What every activity is wrapped in: errors leave by the one door, results are checked in size. */
import { toFailure } from './failure';
import { guardResult } from './result-guard';

/** An activity as Temporal calls it. */
export type Activity<I, O> = (input: I) => Promise<O>;

/** The activity with both guards; the error that reaches Temporal holds no cause, as a cause may hold secrets. */
export function guarded<I, O>(name: string, activity: Activity<I, O>): Activity<I, O> {
  return async (input) => {
    try {
      return guardResult(name, await activity(input));
    } catch (error) {
      throw toFailure(error);
    }
  };
}
