/** One file from a signed address, where the other side falls silent. */
import { describe, expect, it } from '@jest/globals';
import { fetchFile, type FileRequest } from '../../../src/activities/logs/fetch-file';
import type { Fetch } from '../../../src/polytomic/http';

const signal = new AbortController().signal;
const never = (): Promise<never> => new Promise(() => undefined);
const drain = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
  for await (const chunk of content) void chunk;
};
const request = (fetch: Fetch): FileRequest => ({
  reach: { fetch, refusalOf: () => undefined },
  address: 'https://logs.example.com/f?sig=secret',
  maxBytes: 1e9,
  room: { bytes: 1e9 },
  signal,
  idleMs: 20,
});

/** A body that never ends and never makes its reader wait; it breaks off when its request is aborted. */
const endless: Fetch = async (_url, { signal }) => {
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    await new Promise(setImmediate);
    signal.throwIfAborted();
    return { done: false, value: new Uint8Array(1_024) };
  };
  return { status: 200, headers: new Headers(), body: { [Symbol.asyncIterator]: () => ({ next }) } };
};

describe('a file', () => {
  it.each<[string, Fetch]>([
    ['never answers', never],
    [
      'stops in the midst of it',
      async () => ({ status: 200, headers: new Headers(), body: { [Symbol.asyncIterator]: () => ({ next: never }) } }),
    ],
  ])('is given up when the server %s', async (_what, fetch) => {
    await expect(fetchFile(request(fetch), drain)).rejects.toMatchObject({
      type: 'polytomic.Network',
      message: 'A log file could not be fetched: nothing came for 20 ms',
    });
  });

  it.each<[string, Partial<FileRequest>]>([
    ['than one may be', { maxBytes: 10_000 }],
    ['than the files of its run together may be', { room: { bytes: 10_000 } }],
  ])('that is longer %s is left for good, as soon as it is', async (_what, bounds) => {
    let bytes = 0;
    const take = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of content) bytes += chunk.length;
    };
    const fetching = fetchFile({ ...request(endless), idleMs: 1_000, ...bounds }, take);
    await expect(fetching).rejects.toMatchObject({ type: 'polytomic.PayloadTooLarge', nonRetryable: true });
    expect(bytes).toBeLessThanOrEqual(10_000);
  });

  it('is not asked for where its address is refused', async () => {
    let asked = 0;
    const fetch: Fetch = async () => {
      asked += 1;
      return never();
    };
    const refused = { ...request(fetch), reach: { fetch, refusalOf: () => 'its address is private' } };
    const failure = { type: 'polytomic.NotAllowed', nonRetryable: true };
    await expect(fetchFile(refused, drain)).rejects.toMatchObject(failure);
    expect(asked).toBe(0);
  });

  it('ends its connection when it is given up', async () => {
    let given: AbortSignal | undefined;
    const fetch: Fetch = async (_url, init) => {
      given = init.signal;
      return { status: 500, headers: new Headers(), body: null };
    };
    await expect(fetchFile(request(fetch), drain)).rejects.toMatchObject({ type: 'polytomic.Unavailable' });
    expect(given?.aborted).toBe(true);
  });

  it('is not even asked for once the activity is cancelled', async () => {
    const reason = new Error('cancelled');
    let asked = 0;
    const fetch: Fetch = async () => {
      asked += 1;
      return never();
    };
    const cancelled = { ...request(fetch), signal: AbortSignal.abort(reason) };
    await expect(fetchFile(cancelled, drain)).rejects.toBe(reason);
    expect(asked).toBe(0);
  });

  it('that never ends is left when the activity is cancelled, and no promise is rejected behind its back', async () => {
    const cancel = new AbortController();
    const reason = new Error('cancelled');
    let chunks = 0;
    const take = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of content) if ((chunks += chunk.length / 1_024) === 3) cancel.abort(reason);
    };
    // The test's own hook fails it when a rejection is left over.
    await expect(fetchFile({ ...request(endless), signal: cancel.signal, idleMs: 1_000 }, take)).rejects.toBe(reason);
    expect(chunks).toBe(3);
  });
});
