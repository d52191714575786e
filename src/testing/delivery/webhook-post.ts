/** One try to tell a webhook of an event, over HTTP. */
import { createHmac } from 'node:crypto';
import type { AttemptResult } from './webhook';

/** How long a receiver may take; the API's own limit is not documented. */
const timeoutMs = 10_000;
/** Of what a receiver answers, this many bytes are read and kept. */
const maxBodyBytes = 4_096;

/** How a webhook is posted; Node's own `fetch` fits. */
export type WebhookFetch = (url: string, init: RequestInit) => Promise<Response>;

/** Where time comes from and where posts go to. */
export interface WebhookTransport {
  readonly fetch: WebhookFetch;
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => number;
}

/** What is sent, and until when. */
export interface WebhookPost {
  readonly endpoint: string;
  readonly secret: string;
  readonly payload: unknown;
  /** Ends the try when the emulator closes. */
  readonly closed: AbortSignal;
}

/**
 * The `Polytomic-Signature` of a body. That it is an HMAC of the raw body under the webhook's secret is documented;
 * the digest and its form are not: SHA-256 in hexadecimal is an assumption.
 */
export const signatureOf = (body: string, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('hex');

/** Names of this machine, as a URL writes them. */
const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Posts over the network, to this machine and the given hosts only: whoever may create a webhook must not make the
 * emulator ask other machines and read their answers.
 */
export const createWebhookFetch =
  (hosts: readonly string[]): WebhookFetch =>
  async (url, init) => {
    const { hostname } = new URL(url);
    if (!loopback.test(hostname) && !hosts.includes(hostname)) throw new ForeignHost();
    return fetch(url, init);
  };

class ForeignHost extends Error {}

/** Sends the payload; never rejects. Anything but a 2xx answer, redirects included, is a failure. */
export async function postToWebhook(transport: WebhookTransport, post: WebhookPost): Promise<AttemptResult> {
  const { endpoint, secret, payload, closed } = post;
  const began = transport.now();
  const durationMs = (): number => Math.max(0, Math.round(transport.now() - began));
  const body = JSON.stringify(payload);
  const headers = { 'content-type': 'application/json', 'polytomic-signature': signatureOf(body, secret) };
  const late = new AbortController();
  void transport.sleep(timeoutMs).then(() => late.abort());
  const signal = AbortSignal.any([closed, late.signal]);
  try {
    const answer = await transport.fetch(endpoint, { method: 'POST', headers, body, signal, redirect: 'manual' });
    const responseBody = await readStart(answer);
    const told = { durationMs: durationMs(), statusCode: answer.status, responseBody };
    return answer.ok ? told : { ...told, error: `the receiver answered ${answer.status}`, errorKind: 'status' };
  } catch (error) {
    return { durationMs: durationMs(), ...whyFailed(error, late.signal) };
  }
}

function whyFailed(error: unknown, { aborted: late }: AbortSignal): Pick<AttemptResult, 'error' | 'errorKind'> {
  if (late) return { error: 'the receiver did not answer in time', errorKind: 'timeout' };
  if (!(error instanceof ForeignHost)) return { error: 'the receiver cannot be reached', errorKind: 'connection' };
  return { error: 'the emulator posts to this machine and to webhookHosts only', errorKind: 'connection' };
}

/** The beginning of an answer; the rest is not read. */
async function readStart({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    const bytes = (chunk as Uint8Array).subarray(0, maxBodyBytes - length);
    chunks.push(bytes);
    length += bytes.length;
    if (length >= maxBodyBytes) break;
  }
  return Buffer.concat(chunks).toString();
}
