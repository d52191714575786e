/** The emulator that listens: a server over the emulator's state. */
import type { AddressInfo } from 'node:net';
import { sleepReally } from '../state/clock';
import { buildEmulation } from './emulation';
import type { EmulatorHandles } from './handles';
import { resolveOptions, type EmulatorOptions } from './options';
import { createApiServer } from '../http/server';
import { createWebhookFetch } from '../delivery/webhook-post';

/** A running emulator. */
export interface Emulator extends EmulatorHandles {
  /** Base URL without a slash at its end. */
  readonly url: string;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/** Starts an emulator of the Polytomic API on this machine. Rejects when the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const resolved = resolveOptions(options);
  const emulation = buildEmulation(resolved, {
    url: () => url,
    sleep: () => sleepReally,
    now: () => Date.now(),
    fetch: createWebhookFetch(resolved.webhookHosts),
  });
  let url = '';
  const server = createApiServer({
    respond: (request) => emulation.respond(request),
    maxBodyBytes: resolved.maxBodyBytes,
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(resolved.port, resolved.host, resolve);
  });
  url = `http://${resolved.host === '0.0.0.0' ? '127.0.0.1' : resolved.host}:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    emulation.sender.stop();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  emulation.sender.start();
  return { ...emulation.handles(), url, close };
}
