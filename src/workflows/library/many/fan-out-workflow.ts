/** A fan-out as a workflow of its own, which continues as new where the inline function cannot. */
import type { FanOutResult } from '../../../contracts/fan-out-result';
import { asManyWorkflow } from './as-many-workflow';
import { fromArguments, toArguments, type CarriedArguments } from './carried';
import { runFanOut, type FanOutName } from './run-fan-out';

/** The result, or the arguments of the next run after its input. */
export async function fanOutWorkflow(
  name: FanOutName,
  input: unknown,
  carried: Partial<CarriedArguments>,
): Promise<{ result: FanOutResult } | { next: CarriedArguments }> {
  const hooks = asManyWorkflow();
  const end = await runFanOut(name, input, { ...hooks, carried: fromArguments(input, carried) });
  return 'result' in end ? end : { next: toArguments(end.carried) };
}
