/** The emulator without a socket, for simulations: it is called like a function and does nothing between calls. */
import { buildEmulation, type Emulation } from './emulation';
import type { EmulatorHandles } from './handles';
import { resolveOptions, type EmulatorOptions } from './options';
import { noteAnswer, type Exchange, type WireAnswer } from '../http/service';
import type { WebhookFetch } from '../delivery/webhook-post';

/** Options of {@link createEmulator}. With `clock: 'manual'`, `startAt` and `idSeed`, each run is the same. */
export interface InProcessOptions extends Omit<EmulatorOptions, 'port' | 'host' | 'webhookHosts'> {
  /** Base URL of links in answers. Default `http://polytomic.invalid`. */
  readonly url?: string;
  /** Posts webhooks. Default: no receiver can be reached. */
  readonly fetch?: WebhookFetch;
}

/** A request to an emulator without a server. */
export interface InProcessRequest {
  /** Default `GET`. */
  readonly method?: string;
  /** A path with its query, or a URL. */
  readonly url: string;
  /** Request headers. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Request body. Default: none. */
  readonly body?: string;
}

/** An answer with its whole body. */
export interface InProcessAnswer {
  /** HTTP status. */
  readonly status: number;
  /** Lower case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body of the answer. */
  readonly body: string;
}

/** What of `fetch` an emulator without a server understands. */
export interface InProcessFetchInit {
  /** HTTP method. Default `GET`. */
  readonly method?: string;
  /** Request headers. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Request body. Default: none. */
  readonly body?: string;
  /** Aborts the request. Default: nothing does. */
  readonly signal?: AbortSignal;
}

/** An emulator without a server. Delays of faults pass by its own clock: a manual one has to be advanced. */
export interface InProcessEmulator extends EmulatorHandles {
  /** Base URL that its `fetch` answers for. */
  readonly url: string;
  /**
   * Answers one request.
   *
   * @throws ConnectionResetError where a fault drops the request or cuts its answer.
   */
  readonly handle: (request: InProcessRequest) => Promise<InProcessAnswer>;
  /** {@link handle} in the form of `fetch`; a cut answer fails while its body is read. */
  readonly fetch: (url: string, init?: InProcessFetchInit) => Promise<Response>;
  /** Posts the webhooks that are due, and resolves once none is under way. They are posted after each request and advance, too. */
  deliver(): Promise<void>;
}

/** The connection was reset, as Node tells it. */
export class ConnectionResetError extends Error {
  /** Always this text: tells the error apart where `instanceof` cannot, as between two copies of the package. */
  override readonly name = 'ConnectionResetError';
  /** The code of Node's own error, by which clients know a reset connection. */
  readonly code = 'ECONNRESET';

  constructor() {
    super('the connection was reset');
  }
}

/** Creates an emulator of the Polytomic API that is called in this process. It has no timers of its own. */
export function createEmulator(options: InProcessOptions = {}): InProcessEmulator {
  return buildInProcess(options).emulator;
}

/** The same, with what is behind it. */
export function buildInProcess({
  url = 'http://polytomic.invalid',
  fetch = noReceiver,
  ...options
}: InProcessOptions): { emulator: InProcessEmulator; emulation: Emulation } {
  const resolved = resolveOptions(options);
  const emulation = buildEmulation(resolved, {
    url: () => url,
    sleep: (clock) => (ms) => clock.sleep(ms),
    now: (clock) => clock.now(),
    fetch,
  });
  const { sender } = emulation;
  const exchange = async (request: InProcessRequest): Promise<WireAnswer> => {
    const { method = 'GET', url: target, headers = {}, body = '' } = request;
    const tooLong = Buffer.byteLength(body) > resolved.maxBodyBytes;
    const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    const wire = { method, target, headers: Object.fromEntries(lowerCase), body: tooLong ? undefined : body };
    const answer = answerOf(await emulation.respond(wire));
    sender.look();
    return answer;
  };
  const emulator: InProcessEmulator = {
    ...emulation.handles(),
    url,
    handle: async (request) => {
      const answer = await exchange(request);
      if (answer.truncated) throw new ConnectionResetError();
      return { status: answer.status, headers: lowerCased(answer.headers), body: answer.body };
    },
    fetch: async (target, { signal, ...init } = {}) => {
      signal?.throwIfAborted();
      return toResponse(await unlessAborted(exchange({ ...init, url: target }), signal));
    },
    deliver: () => {
      sender.look();
      return sender.idle();
    },
  };
  return { emulator, emulation };
}

const noReceiver: WebhookFetch = () => Promise.reject(new ConnectionResetError());

function answerOf({ entry, answer }: Exchange): WireAnswer {
  if (answer === undefined) throw new ConnectionResetError();
  noteAnswer(entry, answer);
  return answer;
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** The request goes on: what was asked for has happened even if nobody waits for the answer. */
function unlessAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return result;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

const statusesWithoutBody = new Set([101, 204, 205, 304]);

function toResponse({ status, headers, body, truncated }: WireAnswer): Response {
  const bytes = new TextEncoder().encode(body);
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      controller.enqueue(truncated ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes);
      if (truncated) controller.error(new ConnectionResetError());
      else controller.close();
    },
  });
  return new Response(statusesWithoutBody.has(status) ? null : stream, { status, headers });
}
