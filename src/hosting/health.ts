/** Tells orchestrators whether this process works: `GET /healthz`. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A listening health server. */
export interface HealthServer {
  readonly port: number;
  close(): void;
}

/**
 * Answers `GET /healthz` with 200 while `isHealthy`, else with 503, on every interface, as orchestrators ask from outside.
 *
 * @throws Error (`code` EADDRINUSE and the like) when the port cannot be had. Port 0 takes a free one.
 */
export async function startHealthServer(port: number, isHealthy: () => boolean): Promise<HealthServer> {
  const server = createServer(({ url, method }, answer) => {
    const isAsked = url?.split('?')[0] === '/healthz' && (method === 'GET' || method === 'HEAD');
    const healthy = isAsked && isHealthy();
    answer.writeHead(isAsked ? (healthy ? 200 : 503) : 404, { 'Content-Type': 'text/plain' });
    answer.end(isAsked ? `${healthy ? 'ok' : 'not polling'}\n` : 'not found\n');
  });
  server.listen(port);
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, close };
}
