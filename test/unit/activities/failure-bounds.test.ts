/** The one door by which errors leave activities. */
import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { toFailure } from '../../../src/activities/failure';
import { InvalidInputError } from '../../../src/inputs/invalid-input-error';

const asFailure = (error: unknown): ApplicationFailure => toFailure(error) as ApplicationFailure;
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('a failure', () => {
  it('of an input with very many and very long bad fields stays within 1 KB of message and 8 KB of details', () => {
    const issues = Array.from({ length: 5_000 }, (_, index) => ({
      field: `${index}${'x'.repeat(5_000)}`,
      message: 'é',
    }));
    const { message, details } = asFailure(new InvalidInputError('runBulkSync', issues));
    expect(message).toHaveLength(1_024);
    expect(bytesOf(details)).toBeLessThanOrEqual(8 * 1024);
    const [listed] = details as [{ field: string }[]];
    expect(listed.length).toBeGreaterThan(10);
    expect(listed[0]?.field).toMatch(/^0x{198}…$/);
  });

  it('made on purpose is cut where it would not fit into a history, and passes as it is where it fits', () => {
    const small = ApplicationFailure.create({ type: 'polytomic.Rejected', message: 'no', details: [{ a: 1 }] });
    expect(toFailure(small)).toBe(small);
    const large = asFailure(
      ApplicationFailure.create({
        ...{ type: 'polytomic.Rejected', nonRetryable: true, nextRetryDelay: '5s' },
        ...{ message: 'x'.repeat(5_000), details: ['y'.repeat(9_000)] },
      }),
    );
    expect(large).toMatchObject({ type: 'polytomic.Rejected', nonRetryable: true, nextRetryDelay: '5s', details: [] });
    expect(large.message).toHaveLength(1_024);
  });

  it.each([new RangeError('too deep'), new TypeError('null'), new SyntaxError('odd')])(
    'that is a defect is final: %s',
    (error) => {
      expect(asFailure(error)).toMatchObject({ type: 'polytomic.UnexpectedResponse', nonRetryable: true });
    },
  );

  it('that nobody knows is tried again', () => {
    expect(asFailure(new Error('odd'))).toMatchObject({ type: 'polytomic.UnexpectedResponse', nonRetryable: false });
  });

  it('shows no query of a URL, also where the message is cut within it', () => {
    const { message } = asFailure(new Error(`${'x'.repeat(990)} https://a.example/b?sig=${'s'.repeat(5_000)}`));
    expect(message).not.toContain('sss');
  });
});
