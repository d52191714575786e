/** Starts emulators that end with the test, and sends plain requests to them. */
import { afterEach } from '@jest/globals';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../../src/testing';

const running: Emulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

/** An emulator on a clock that stands still, closed after the test. */
export async function emulate(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ clock: 'manual', ...options });
  running.push(emulator);
  return emulator;
}

/** What a request may say besides method and path. */
export interface Sent {
  readonly body?: unknown;
  readonly key?: string;
  readonly version?: string;
  readonly authorization?: string;
}

/** An answer with its body parsed. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  readonly text: string;
}

/** Loose on purpose: the tests say what they expect. */
export interface Body {
  readonly data: Record<string, unknown> & { readonly id: string };
  readonly pagination?: { readonly next_page_token?: string };
  readonly message?: string;
  readonly job?: { readonly job_id: string; readonly status: string };
}

/** Sends one request with the emulator's key. */
export async function send(emulator: Emulator, call: string, sent: Sent = {}): Promise<Received> {
  const [method = 'GET', path = ''] = call.split(' ');
  const headers: Record<string, string> = {
    authorization: sent.authorization ?? `Bearer ${emulator.apiKey}`,
    ...(sent.version === undefined ? {} : { 'x-polytomic-version': sent.version }),
    ...(sent.key === undefined ? {} : { 'idempotency-key': sent.key }),
    ...(sent.body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const body = sent.body === undefined ? undefined : JSON.stringify(sent.body);
  const response = await fetch(`${emulator.url}${path}`, { method, headers, body, redirect: 'manual' });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

function parse(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return {} as Body;
  }
}
