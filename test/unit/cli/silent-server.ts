/** A server that takes connections and says nothing. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** It, until closed. */
export interface SilentServer {
  /** Host and port. */
  readonly address: string;
  /** Resolves once somebody connects. */
  readonly called: Promise<unknown>;
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function silentServer(): Promise<SilentServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    // Its client is killed at will.
    socket.on('error', () => undefined);
    sockets.add(socket);
  });
  const called = once(server, 'connection');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    called,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
