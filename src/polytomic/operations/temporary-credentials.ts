/** Keys that end by themselves. */
import { z } from 'zod';
import { one } from '../answers';
import { post } from '../operation';
import { answer, shape } from '../shapes';

const CreateCredential = shape(() =>
  z.strictObject({
    subject: z.strictObject({
      type: z.enum(['user', 'harbor']),
      /** Of users: `read_only` limits the key to reads. */
      mode: z.enum(['user', 'read_only']).optional(),
      harbor_id: z.string().optional(),
      /** For partners. */
      organization_id: z.string().optional(),
      /** For partners. */
      user_id: z.string().optional(),
    }),
    /** Seconds, 600 to 14400. Default: 3600. */
    duration_seconds: z.int().min(600).max(14_400).optional(),
    /** What the audit shows, 128 characters at most. */
    session_name: z.string().max(128).optional(),
  }),
);

const Credential = answer(() => ({
  id: z.string(),
  access_token: z.string(),
  token_type: z.string(),
  expires_at: z.string(),
}));

/** Rows of `temporaryCredentials.*`. */
export const temporaryCredentials = {
  /** Shown this once, not renewable, and cannot make another. Permissions count at each call. 429 beyond 1000 at a time. */
  create: post('/api/temporary-credentials', {
    body: CreateCredential,
    answer: one(Credential),
    since: '2025-09-18',
    starts: true,
    group: 'all',
    secrets: { answer: ['access_token'] },
  }),
};
