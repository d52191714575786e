/** Which trace a request says it is a part of. */
import { describe, expect, it } from '@jest/globals';
import { readTrace } from '../../../src/polytomic/trace';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('readTrace', () => {
  it('finds the id of the trace', () => {
    expect(readTrace(() => traceparent)).toEqual({ traceparent, traceId: '4bf92f3577b34da6a3ce929d0e0e4736' });
  });

  it.each<[string, (() => string | undefined) | undefined]>([
    ['no function is given', undefined],
    ['there is none', () => undefined],
    ['it is none, a header split in two say', () => `${traceparent}\r\nX: y`],
    [
      'the function throws',
      () => {
        throw new Error('no tracing');
      },
    ],
  ])('is none where %s', (_what, read) => {
    expect(readTrace(read)).toBeUndefined();
  });
});
