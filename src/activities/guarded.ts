/** What every activity is wrapped in: inputs and results are checked in size, errors leave by the one door. */
import { boundsProblem } from '../rules/input-bounds';
import { InvalidInputError } from '../inputs/invalid-input-error';
import { toFailure } from './failure';
import { guardResult } from './result-guard';

/** An activity as Temporal calls it. */
export type Activity<I, O> = (input: I) => Promise<O>;

/** The activity with all guards; the error that reaches Temporal holds no cause, as a cause may hold secrets. */
export function guarded<I, O>(name: string, activity: Activity<I, O>): Activity<I, O> {
  return async (input) => {
    try {
      const message = boundsProblem(input);
      if (message !== undefined) throw new InvalidInputError(name, [{ field: 'input', message }]);
      return guardResult(name, await activity(input));
    } catch (error) {
      throw toFailure(error);
    }
  };
}
