/** What a create request for a sync must be before any call: named, and without a secret written out. */
import { z } from 'zod';
import { evenIfWrong, text } from './fields';
import { findLiteralSecrets } from './secret-fields';

/** Said of a literal secret. It is too late to refuse it quietly: the input was recorded before any code of ours ran. */
const literalSecret =
  'a secret must be a reference, { $env: NAME } or { $file: PATH }. The value given here is already in this ' +
  "workflow's history: rotate it, and encrypt histories with a payload codec";

const malformedReference = 'expected a reference, { $env: NAME } or { $file: PATH }, with nothing beside it';

/**
 * A create request of the API. Only what every kind needs is checked here; the client checks the rest of it, with the
 * shape of the operation, before it is sent.
 */
export function syncToCreate(): z.ZodType<Record<string, unknown>, Record<string, unknown>> {
  return z.looseObject({ name: text(), active: z.boolean().optional() }).superRefine((sync, context) => {
    for (const { path, problem } of findLiteralSecrets(sync)) {
      const message = problem === 'literal' ? literalSecret : malformedReference;
      context.addIssue({ code: 'custom', path, message });
    }
  }, evenIfWrong);
}
