/** Who is told of errors, whatever the sync. */
import { z } from 'zod';
import { bare } from '../answers';
import { get, put } from '../operation';
import { answer, shape } from '../shapes';

const since = '2024-02-08';
const Subscribers = answer(() => ({ emails: z.array(z.string()) }));

/** Rows of `notifications.*`. Both answer without an envelope. */
export const notifications = {
  /** The email addresses that are notified of errors, whatever the sync. */
  getGlobalErrorSubscribers: get('/api/notifications/global-error-subscribers', { answer: bare(Subscribers), since }),
  /** Replaces the list. */
  setGlobalErrorSubscribers: put('/api/notifications/global-error-subscribers', {
    body: shape(() => z.strictObject({ emails: z.array(z.string()).optional() })),
    answer: bare(Subscribers),
    since,
    group: 'all',
  }),
};
