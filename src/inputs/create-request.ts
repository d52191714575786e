/** What a create request for a sync must be before any call: named, and without a secret written out. */
import { z } from 'zod';
import { evenIfWrong, notTooLarge, text } from './fields';
import { findLiteralSecrets, secretMessages } from './secret-fields';

/**
 * A create request of the API. Only what every kind needs is checked here; the client checks the rest of it, with the
 * shape of the operation, before it is sent.
 */
export function syncToCreate(): z.ZodType<Record<string, unknown>, Record<string, unknown>> {
  return z
    .looseObject({ name: text(), active: z.boolean().optional() })
    .superRefine((sync, context) => {
      for (const { path, problem } of findLiteralSecrets(sync)) {
        context.addIssue({ code: 'custom', path, message: secretMessages[problem] });
      }
    }, evenIfWrong)
    .superRefine(notTooLarge('create the sync in Polytomic'));
}
