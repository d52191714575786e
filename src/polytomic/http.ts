/** HTTP, and the only file that knows node-fetch: one exchange over kept-alive connections, proxied as the environment says. */
import { Agent as HttpAgent, type Agent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { constants, Script } from 'node:vm';
import { getProxyForUrl } from 'proxy-from-env';
import { isLoopback } from './url';

/** What a fetch is given. Redirects must be handed back, never followed: the key would travel. */
export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
}

/** What is read of a fetch's answer. */
export interface FetchAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
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

/**
 * A fetch with agents of its own, so that clients share no connections. It keeps connections alive and goes through the
 * proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name, except to this machine. Packages are loaded on first use.
 */
export function createFetch(): Fetch {
  const agents = new Map<string, Promise<Agent>>();
  const agentFor = (url: URL): Promise<Agent> => {
    const proxy = isLoopback(url.hostname) ? '' : getProxyForUrl(url.href);
    const key = `${url.protocol} ${proxy}`;
    const agent = agents.get(key) ?? createAgent(url.protocol === 'https:', proxy);
    agents.set(key, agent);
    return agent;
  };
  let nodeFetch: Promise<typeof import('node-fetch')> | undefined;
  return async (url, init) => {
    nodeFetch ??= import('node-fetch').catch(() => importByNode('node-fetch'));
    const { default: fetch } = await nodeFetch;
    return fetch(url, { ...init, agent: await agentFor(new URL(url)) });
  };
}

async function createAgent(secure: boolean, proxy: string): Promise<Agent> {
  const options = { keepAlive: true };
  if (!proxy) return secure ? new HttpsAgent(options) : new HttpAgent(options);
  if (secure) {
    const { HttpsProxyAgent } = await import('https-proxy-agent').catch(() =>
      importByNode<typeof import('https-proxy-agent')>('https-proxy-agent'),
    );
    return new HttpsProxyAgent(proxy, options);
  }
  const { HttpProxyAgent } = await import('http-proxy-agent').catch(() =>
    importByNode<typeof import('http-proxy-agent')>('http-proxy-agent'),
  );
  return new HttpProxyAgent(proxy, options);
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
