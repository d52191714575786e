/** A real HTTP server on a free port, for what no scripted fetch can show. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A server that a test listens with. */
export interface TestServer {
  readonly url: string;
  readonly server: Server;
  /** Connections taken so far. */
  connections(): number;
  /** Also ends connections still open. */
  close(): Promise<void>;
}

/** Starts a server that answers with the given listener. */
export async function startServer(listener: RequestListener): Promise<TestServer> {
  const server = createServer(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    connections: () => sockets.size,
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
