/** One exchange within its time: sends a request and reads the whole answer. */
import type { Clock } from './clock';
import { BodyTooLarge, isUnsent, readBody, type Fetch, type FetchInit } from './http';

/** An answer with its body read. */
export interface Exchanged {
  readonly status: number;
  readonly header: (name: string) => string | null;
  /** Empty where a refusal is longer than what is read of one. */
  readonly text: string;
  readonly isTooLong?: boolean;
}

/** No whole answer came. The message is safe to show: it holds neither URL nor header. */
export class ExchangeFailed extends Error {
  override readonly name = 'ExchangeFailed';

  constructor(
    message: string,
    /** Proved: no connection was ready to carry the request. */
    readonly unsent: boolean,
  ) {
    super(message);
  }
}

/** One request and the bounds set to it. */
export interface ExchangeOptions {
  readonly fetch: Fetch;
  readonly url: string;
  readonly init: Omit<FetchInit, 'signal' | 'redirect'>;
  /** For the whole exchange, body included, milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Longest body taken, bytes. */
  readonly maxAnswerBytes: number;
  /** The status and headers are all that is wanted: the body is not read. Default false. */
  readonly withoutBody?: boolean;
  /** Ends the exchange early. Give it for reads only: an aborted write may have happened. */
  readonly signal?: AbortSignal;
}

/** Of a refusal only the beginning is read: the status has said it all. */
const longestRefusal = 65_536;

/**
 * A refusal counts by its status even when its body is cut, endless or never comes.
 *
 * @throws ExchangeFailed when no whole answer came in time
 * @throws BodyTooLarge when the answer is longer than allowed
 * @throws the signal's reason when it was aborted
 */
export async function exchange(options: ExchangeOptions): Promise<Exchanged> {
  const { timeoutMs, clock, signal } = options;
  signal?.throwIfAborted();
  const controller = new AbortController();
  let abort = (): void => undefined;
  // Guards against a fetch that does not heed its signal.
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => {
      reject(new Error('aborted'));
      controller.abort();
    };
  });
  const cancelTimer = clock.setTimer(timeoutMs, abort);
  signal?.addEventListener('abort', abort, { once: true });
  let refusal: Exchanged | undefined;
  let isReadWhole = false;
  try {
    const performed = perform(options, controller.signal, (head) => (refusal = head));
    const answer = await Promise.race([performed, aborted]);
    isReadWhole = !refusal && !options.withoutBody;
    return answer;
  } catch (error) {
    signal?.throwIfAborted();
    if (refusal) return error instanceof BodyTooLarge ? { ...refusal, isTooLong: true } : refusal;
    if (error instanceof BodyTooLarge) throw error;
    const reason = controller.signal.aborted ? `timed out after ${timeoutMs} ms` : reasonOf(error);
    throw new ExchangeFailed(reason, isUnsent(controller.signal));
  } finally {
    cancelTimer();
    signal?.removeEventListener('abort', abort);
    // What is left of a body is not wanted. Where nothing is left, to abort would cost as much as a tenth of the exchange.
    if (!isReadWhole) controller.abort();
  }
}

async function perform(
  options: ExchangeOptions,
  signal: AbortSignal,
  onRefusal: (head: Exchanged) => void,
): Promise<Exchanged> {
  const answer = await options.fetch(options.url, { ...options.init, redirect: 'manual', signal });
  const header = (name: string): string | null => answer.headers.get(name);
  const head = { status: answer.status, header, text: '' };
  if (options.withoutBody) return head;
  const refused = head.status >= 300;
  if (refused) onRefusal(head);
  const text = await readBody(answer, refused ? longestRefusal : options.maxAnswerBytes);
  return { status: head.status, header, text };
}

/** Only the system's code: messages of fetches quote the URL. */
function reasonOf(error: unknown): string {
  const codes = [error, (error as { cause?: unknown } | null)?.cause].map(
    (found) => (found as NodeJS.ErrnoException)?.code,
  );
  const code = codes.find((found) => typeof found === 'string');
  return code ? `connection failed (${code})` : 'connection failed';
}
