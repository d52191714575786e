/** One try to tell a webhook of an event, over HTTP. */
import { createHmac } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { AttemptResult } from './webhook';

/** How long a receiver may take, in real milliseconds; the API's own limit is not documented. */
const timeoutMs = 10_000;
/** Of what a receiver answers, this many characters are kept. */
const keptBody = 4_096;

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

/** Sends the payload; never rejects. Anything but a 2xx answer, redirects included, is a failure. */
export async function postToWebhook({ endpoint, secret, payload, closed }: WebhookPost): Promise<AttemptResult> {
  const began = performance.now();
  const durationMs = (): number => Math.round(performance.now() - began);
  const body = JSON.stringify(payload);
  const headers = { 'content-type': 'application/json', 'polytomic-signature': signatureOf(body, secret) };
  const signal = AbortSignal.any([closed, AbortSignal.timeout(timeoutMs)]);
  try {
    const answer = await fetch(endpoint, { method: 'POST', headers, body, signal, redirect: 'manual' });
    const responseBody = (await answer.text()).slice(0, keptBody);
    const told = { durationMs: durationMs(), statusCode: answer.status, responseBody };
    return answer.ok ? told : { ...told, error: `the receiver answered ${answer.status}`, errorKind: 'status' };
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    return {
      durationMs: durationMs(),
      error: late ? 'the receiver did not answer in time' : 'the receiver cannot be reached',
      errorKind: late ? 'timeout' : 'connection',
    };
  }
}
