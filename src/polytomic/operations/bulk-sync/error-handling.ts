/** When a bulk sync counts as failed, and whom it tells. Not part of the sync's own body. */
import { z } from 'zod';
import { one } from '../../answers';
import { get, put } from '../../operation';
import { answer, shape } from '../../shapes';

const UpdateErrorHandling = shape(() =>
  z.strictObject({
    /** How far ingestion may lag before a finished run is failed: seconds, or items for queues. 0 clears it. */
    ingestion_failure_threshold: z.number().optional(),
    /** Replaces the list. */
    subscribers: z.array(z.string()).optional(),
  }),
);

const ErrorHandling = answer(() => ({
  ingestion_failure_threshold: z.number(),
  subscribers: z.array(z.string()),
}));

/** Rows of `bulkSync.errorHandling.*`. */
export const errorHandling = {
  /** Who is notified, and how far ingestion may lag; `2025-09-18` and later. */
  get: get('/api/bulk/syncs/{id}/error-handling', { answer: one(ErrorHandling), since: '2025-09-18' }),
  /** Partial, although it is a `PUT`: what is omitted stays. */
  update: put('/api/bulk/syncs/{id}/error-handling', {
    body: UpdateErrorHandling,
    answer: one(ErrorHandling),
    since: '2025-09-18',
  }),
};
