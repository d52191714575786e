/** HTTP, and the only file that knows node-fetch: one exchange over kept-alive connections, proxied as the environment says. */
import { Agent as HttpAgent, type Agent, type ClientRequest } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { rootCertificates, type TLSSocket } from 'node:tls';
import { constants, Script } from 'node:vm';
import type * as HttpProxy from 'http-proxy-agent';
import type * as HttpsProxy from 'https-proxy-agent';
import type * as NodeFetch from 'node-fetch';
import { getProxyForUrl } from 'proxy-from-env';
import { isLoopback } from './url';

/** What a fetch is given. Redirects must be handed back, never followed: the key would travel. */
export interface FetchInit {
  /** HTTP method. */
  readonly method: string;
  /** Request headers, the credential included: never log them. */
  readonly headers: Record<string, string>;
  /** JSON text. Absent: no body. */
  readonly body?: string;
  /** Redirects are handed back, never followed. */
  readonly redirect: 'manual';
  /** Aborts the exchange. */
  readonly signal: AbortSignal;
}

/** What is read of a fetch's answer. */
export interface FetchAnswer {
  /** HTTP status. */
  readonly status: number;
  /** Reads a header by its name, in any case; null where it is absent. */
  readonly headers: { get(name: string): string | null };
  /** The body in pieces; null where there is none. */
  readonly body: AsyncIterable<Uint8Array | string> | null;
}

/** The part of the web's `fetch` that the client needs. Node's own and node-fetch both fit. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

/**
 * Imports a package by Node's own loader. node-fetch and the proxy agents are ES modules only, which a Jest without
 * `--experimental-vm-modules` refuses on a Node before 24.9, by `require` and by `import()` alike.
 */
function importByNode<T>(name: string): Promise<T> {
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const script = new Script('(name) => import(name)', { filename: __filename, importModuleDynamically });
  return (script.runInThisContext() as (name: string) => Promise<T>)(name);
}

/** Whom a connection trusts, and as whom it comes; all in PEM. */
export interface TlsOptions {
  /** Authorities that are trusted besides those that Node knows. */
  readonly ca?: string;
  /** The client's own certificate, with its key. */
  readonly cert?: string;
  readonly key?: string;
}

/** How connections are made. */
export interface FetchOptions {
  readonly tls?: TlsOptions;
  /** Resolves the names that are connected to directly. Default: the system's. */
  readonly lookup?: LookupFunction;
}

/** Whether requests to this address go through a proxy. */
export function isProxied(url: URL): boolean {
  return proxyFor(url) !== '';
}

function proxyFor(url: URL): string {
  return isLoopback(url.hostname) ? '' : getProxyForUrl(url.href);
}

/**
 * A fetch with agents of its own, so that clients share no connections. It keeps connections alive and goes through the
 * proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name, except to this machine. Packages are loaded on first use.
 */
export function createFetch(options: FetchOptions = {}): Fetch {
  const agents = new Map<string, Promise<Agent>>();
  const agentFor = (url: URL): Promise<Agent> => {
    const proxy = proxyFor(url);
    const key = `${url.protocol} ${proxy}`;
    const agent = agents.get(key) ?? createAgent(url.protocol === 'https:', proxy, options);
    agents.set(key, agent);
    return agent;
  };
  let nodeFetch: Promise<typeof NodeFetch> | undefined;
  return async (url, init) => {
    unsent.add(init.signal);
    const onReady = (): void => void unsent.delete(init.signal);
    nodeFetch ??= import('node-fetch').catch(() => importByNode('node-fetch'));
    const { default: fetch } = await nodeFetch;
    const agent = await agentFor(new URL(url));
    return fetch(url, { ...init, agent: watchSockets(agent, onReady) });
  };
}

/** Signals of exchanges whose request no connection could carry yet. */
const unsent = new WeakSet<AbortSignal>();

/** Whether it is proved that nothing of an exchange left. Never of a fetch that is not this file's. */
export function isUnsent(signal: AbortSignal): boolean {
  return unsent.has(signal);
}

/** `addRequest` is how requests come to an agent; Node documents no other place, and its types leave it out. */
interface RequestAgent extends Agent {
  addRequest(request: ClientRequest, ...rest: unknown[]): void;
}

/** The same agent for one request, told as soon as a socket that is connected, and with TLS secured, is given to it. */
function watchSockets(shared: Agent, onReady: () => void): Agent {
  const addRequest = (request: ClientRequest, ...rest: unknown[]): void => {
    request.once('socket', (socket) => whenReady(socket, onReady));
    (shared as RequestAgent).addRequest(request, ...rest);
  };
  return Object.assign(Object.create(shared) as RequestAgent, { addRequest });
}

function whenReady(socket: Socket & Partial<Pick<TLSSocket, 'encrypted'>>, onReady: () => void): void {
  const { secureConnecting } = socket as { secureConnecting?: boolean };
  if (socket.encrypted && secureConnecting) socket.once('secureConnect', onReady);
  else if (socket.connecting) socket.once('connect', onReady);
  else onReady();
}

async function createAgent(secure: boolean, proxy: string, { tls, lookup }: FetchOptions): Promise<Agent> {
  const { ca, ...certificate } = tls ?? {};
  const trusted = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const direct = { keepAlive: true, ...(lookup && { lookup }) };
  if (!proxy) return secure ? new HttpsAgent({ ...direct, ...trusted, ...certificate }) : new HttpAgent(direct);
  if (secure) {
    const { HttpsProxyAgent } = await import('https-proxy-agent').catch(() =>
      importByNode<typeof HttpsProxy>('https-proxy-agent'),
    );
    const agent = new HttpsProxyAgent(proxy, { keepAlive: true, ...trusted });
    // What it is given is for the proxy; the connection inside the tunnel takes these.
    Object.assign(agent.options, trusted, certificate);
    return agent;
  }
  const { HttpProxyAgent } = await import('http-proxy-agent').catch(() =>
    importByNode<typeof HttpProxy>('http-proxy-agent'),
  );
  return new HttpProxyAgent(proxy, { keepAlive: true });
}

/** The answer is longer than allowed. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** Reads a body as text and stops, closing the connection, once it is longer than `limit` bytes. */
export async function readBody(answer: FetchAnswer, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > limit) throw new BodyTooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
