/** A fetch that answers from a script and remembers what it was asked. */
import type { Fetch, FetchAnswer, FetchInit } from '../../../../src/polytomic/http';
import { createClient, type ClientOptions, type PolytomicClient } from '../../../../src/polytomic/client';

/** One scripted answer: JSON unless `text` is given. An Error is thrown in the place of an answer. */
export interface Scripted {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  /** A body that arrives piece by piece. */
  readonly body?: () => AsyncIterable<Uint8Array>;
  readonly headers?: Record<string, string>;
  readonly error?: Error;
}

/** A request as it left the client. */
export interface Sent extends FetchInit {
  readonly url: URL;
}

/** A client whose requests meet the script, one answer after the other; the last one repeats. */
export function scriptedClient(
  script: readonly Scripted[],
  options: Partial<ClientOptions> = {},
): { client: PolytomicClient; sent: Sent[]; warnings: string[] } {
  const sent: Sent[] = [];
  const warnings: string[] = [];
  const version = options.apiVersion ?? '2025-09-18';
  const fetch: Fetch = async (url, init) => {
    const scripted = script[Math.min(sent.length, script.length - 1)] ?? {};
    sent.push({ ...init, url: new URL(url) });
    if (scripted.error) throw scripted.error;
    return toAnswer(scripted, version);
  };
  const client = createClient({ apiKey: 'test-key-1234', fetch, onWarning: (text) => warnings.push(text), ...options });
  return { client, sent, warnings };
}

/** Echoes the version, as the real server does, unless the script's headers say otherwise. */
export function toAnswer({ status = 200, json, text, body: stream, headers }: Scripted, version: string): FetchAnswer {
  const body = text ?? (json === undefined ? '' : JSON.stringify(json));
  const all = new Headers({ 'X-Polytomic-Version': version, ...headers });
  if (all.get('x-polytomic-version') === '') all.delete('x-polytomic-version');
  return { status, headers: all, body: stream?.() ?? bodyOf(body) };
}

async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  if (text) yield Buffer.from(text);
}

/** What a rejected call threw. */
export async function caught(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected the call to fail');
}
