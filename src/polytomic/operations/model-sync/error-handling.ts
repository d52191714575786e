/** What a model sync does about failed records, and whom it tells. Not part of the sync's own body. */
import { z } from 'zod';
import { one } from '../../answers';
import { get, put } from '../../operation';
import { answer, shape } from '../../shapes';

const UpdateErrorHandling = shape(() =>
  z.strictObject({
    /** Failed records are tried again in the next run, whose counts then include them. */
    auto_retry_record_errors: z.boolean().optional(),
    notify_on_record_errors: z.boolean().optional(),
    /** Replaces the list. */
    subscribers: z.array(z.string()).optional(),
    warning_notifications: z.boolean().optional(),
  }),
);

const ErrorHandling = answer(() => ({
  auto_retry_record_errors: z.boolean(),
  notify_on_record_errors: z.boolean(),
  subscribers: z.array(z.string()),
  warning_notifications: z.boolean(),
}));

/** Rows of `modelSync.errorHandling.*`. */
export const errorHandling = {
  /** Who is notified of what, and whether failed records are tried again; `2025-09-18` and later. */
  get: get('/api/syncs/{id}/error-handling', { answer: one(ErrorHandling), since: '2025-09-18' }),
  /** Partial, although it is a `PUT`: what is omitted stays. */
  update: put('/api/syncs/{id}/error-handling', {
    body: UpdateErrorHandling,
    answer: one(ErrorHandling),
    since: '2025-09-18',
  }),
};
