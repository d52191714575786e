/** The workflow `checkPolytomicSetup`. */
import type { CheckPolytomicSetupInput, PolytomicSetup } from '../contracts/inspection';
import { inspection, unwrapActivityFailure } from './inspection';

/**
 * Says what a worker has and may do, and whether Polytomic accepts its keys; for `doctor`, and for callers that hold no
 * key of Polytomic. Only reads. A key that is refused is a result, not a failure.
 *
 * @throws `ApplicationFailure` of type `polytomic.InvalidInput` for an organization that the worker does not have.
 */
export async function checkPolytomicSetup(input?: CheckPolytomicSetupInput): Promise<PolytomicSetup> {
  return unwrapActivityFailure(() => inspection.checkSetup(inspection.fieldsOf(input ?? {})));
}
