/** Fetches one file from a signed address, as a stream. The API's credential never travels there. */
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes, type FailureType } from '../../contracts/failure-types';
import type { Fetch, FetchAnswer } from '../../polytomic/http';
import { isLoopback } from '../../polytomic/url';

/** One file, and the bounds set to it. */
export interface FileRequest {
  fetch: Fetch;
  /** Signed, hence a secret. */
  address: string;
  /** Plain http to another machine is allowed as it is for the API. */
  allowHttp: boolean;
  signal: AbortSignal;
  /** Longest silence. */
  idleMs: number;
}

/** The address is signed for a short time, which is over. A new one has to be asked for. */
export class AddressExpired extends Error {
  override readonly name = 'AddressExpired';
}

const expired: readonly number[] = [400, 401, 403, 404, 410];

/**
 * Hands the content on as it arrives and answers its bytes. No error tells anything of the address.
 *
 * @throws AddressExpired, an ApplicationFailure, what `take` throws, or the signal's reason
 */
export async function fetchFile(
  request: FileRequest,
  take: (content: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<number> {
  const { signal } = request;
  if (!isAllowed(request)) throw broken('its address is none that may be fetched', failureTypes.UnexpectedResponse);
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  signal.throwIfAborted();
  signal.addEventListener('abort', abort, { once: true });
  const count: Count = { bytes: 0 };
  try {
    const answer = await inTime(request, open(request, controller.signal));
    await take(contentOf(request, answer, count));
    // A taker may have kept the failure to itself.
    if (count.failure) throw count.failure;
    return count.bytes;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    controller.abort();
  }
}

function isAllowed({ address, allowHttp }: FileRequest): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && (allowHttp || isLoopback(hostname)));
}

async function open({ fetch, address }: FileRequest, signal: AbortSignal): Promise<FetchAnswer> {
  const headers = { 'Accept-Encoding': 'identity' };
  const answer = await fetch(address, { method: 'GET', headers, redirect: 'manual', signal }).catch(() => {
    throw broken('the connection failed');
  });
  if (answer.status === 200) return answer;
  if (expired.includes(answer.status)) throw new AddressExpired();
  throw broken(`it was answered ${answer.status}`, failureTypes.Unavailable);
}

/** How far a content was read, and how it broke off. */
interface Count {
  bytes: number;
  failure?: Error;
}

/** Checks the length where one is announced: not every fetch does. */
async function* contentOf(
  request: FileRequest,
  { body, headers }: FetchAnswer,
  count: Count,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = body?.[Symbol.asyncIterator]();
  const next = async () => iterator && inTime(request, iterator.next().catch(cutOff));
  try {
    for (let chunk = await next(); chunk && !chunk.done; chunk = await next()) {
      const bytes = Buffer.from(chunk.value as Uint8Array);
      count.bytes += bytes.length;
      yield bytes;
    }
    const announced = headers.get('content-encoding') ? null : headers.get('content-length');
    if (announced !== null && Number(announced) !== count.bytes) throw broken('it ended early');
  } catch (error) {
    count.failure = error as Error;
    throw error;
  }
}

/** Messages of streams quote the address. */
function cutOff(): never {
  throw broken('it was cut off');
}

/** Not every fetch heeds its signal. */
async function inTime<T>({ idleMs, signal }: FileRequest, promise: Promise<T>): Promise<T> {
  // It may fail when nobody waits for it any more: a cancellation aborts the request, hence also the read under way.
  promise.catch(() => undefined);
  signal.throwIfAborted();
  const guard = new AbortController();
  const ended = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => reject(broken(`nothing came for ${idleMs} ms`)), idleMs);
    guard.signal.addEventListener('abort', () => clearTimeout(timer));
    signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: guard.signal });
  });
  try {
    return await Promise.race([promise, ended]);
  } finally {
    guard.abort();
  }
}

function broken(reason: string, type: FailureType = failureTypes.Network): ApplicationFailure {
  return ApplicationFailure.create({ type, message: `A log file could not be fetched: ${reason}` });
}
