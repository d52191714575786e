/** What Temporal is asked to do after a failure. */
import { describe, expect, it } from '@jest/globals';
import { toFailure } from '../../../src/activities/failure';
import { PolytomicError } from '../../../src/polytomic/errors';

const limited = (retryAfterMs: number | undefined): Error =>
  toFailure(
    new PolytomicError('slow down', {
      code: 'RateLimited',
      operation: 'bulkSync.get',
      method: 'GET',
      path: '/api/bulk/syncs/{id}',
      answered: true,
      retryAfterMs,
    }),
  );

describe('the delay before the next attempt', () => {
  it.each([
    [0, 1_000],
    [-5, 1_000],
    [0.4, 1_000],
    [7_000.4, 7_000],
  ])('%d ms becomes %d ms, as Temporal reads 0 as "do not retry"', (asked, delay) => {
    expect(limited(asked)).toMatchObject({ nonRetryable: false, nextRetryDelay: delay });
  });

  it('is left to the retry policy where the API asks for none', () => {
    expect(limited(undefined)).toMatchObject({ nonRetryable: false, nextRetryDelay: undefined });
  });
});
