/** Fetches one file from a signed address, as a stream. The API's credential never travels there. */
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes, type FailureType } from '../../contracts/failure-types';
import type { FetchAnswer } from '../../polytomic/http';
import type { LogReach } from '../../polytomic/log-reach';
import { notPublicCode } from '../../polytomic/public-addresses';

/** One file, and the bounds set to it. */
export interface FileRequest {
  reach: LogReach;
  /** Signed, hence a secret. */
  address: string;
  /** Longest content taken, decoded, bytes. */
  maxBytes: number;
  /** What all files of the run may still take; shared by those that are fetched together. */
  room: { bytes: number };
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
  const refusal = request.reach.refusalOf(request.address);
  if (refusal !== undefined) throw notAllowed(refusal);
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

async function open({ reach, address }: FileRequest, signal: AbortSignal): Promise<FetchAnswer> {
  const headers = { 'Accept-Encoding': 'identity' };
  const init = { method: 'GET', headers, redirect: 'manual', signal } as const;
  const answer = await reach.fetch(address, init).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException | null)?.code === notPublicCode) throw notAllowed('its host is private');
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
      request.room.bytes -= bytes.length;
      if (count.bytes > request.maxBytes) throw tooLarge(`one file may take ${request.maxBytes} bytes`);
      if (request.room.bytes < 0) throw tooLarge('all files of its run together would take more than is allowed');
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

/** The next try would be sent to the same place. */
function notAllowed(reason: string): ApplicationFailure {
  const message = `A log file may not be fetched: ${reason} (POLYTOMIC_LOG_HOSTS)`;
  return ApplicationFailure.create({ type: failureTypes.NotAllowed, nonRetryable: true, message });
}

function tooLarge(limit: string): ApplicationFailure {
  const message = `A log file is too large for this worker: ${limit}`;
  return ApplicationFailure.create({ type: failureTypes.PayloadTooLarge, nonRetryable: true, message });
}

function broken(reason: string, type: FailureType = failureTypes.Network): ApplicationFailure {
  return ApplicationFailure.create({ type, message: `A log file could not be fetched: ${reason}` });
}
