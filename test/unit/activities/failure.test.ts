/** What Temporal is asked to do after a failure. */
import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { toFailure, toItemFailure } from '../../../src/activities/failure';
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

describe('a message', () => {
  const half = '\ud83d';

  it('is valid Unicode, whatever text of others it quotes and wherever it is cut', () => {
    const texts = [half, `${'x'.repeat(1_023)}\u{1f600}`, `${'x'.repeat(4_095)}\u{1f600}`];
    for (const text of texts) {
      const made = ApplicationFailure.create({ message: text });
      for (const error of [toFailure(new Error(text)), toFailure(made), toItemFailure(new Error(text))]) {
        expect(error.message.isWellFormed()).toBe(true);
      }
    }
    expect(toFailure(new Error(half)).message).toBe('\ufffd');
  });
});
