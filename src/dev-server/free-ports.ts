/** Picks ports that nobody listens on. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** The loopback interface, under the name that means the same on every machine. */
export const loopback = '127.0.0.1';

/**
 * Different free ports of the loopback interface, one for each wish: the port wished for, or any for undefined.
 * Another process may still take one before it is used.
 * @throws Error that names a wished port which is taken or invalid.
 */
export async function freePorts(wishes: readonly (number | undefined)[]): Promise<number[]> {
  const listening = await Promise.allSettled(wishes.map(listen));
  const servers = listening.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const ports = servers.map(portOf);
  await Promise.all(servers.map(close));
  const failed = listening.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return ports;
}

async function listen(port = 0): Promise<Server> {
  try {
    const server = createServer().listen(port, loopback);
    await once(server, 'listening');
    return server;
  } catch (cause) {
    throw new Error(`Port ${port} cannot be used: ${(cause as Error).message}`, { cause });
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('A TCP server has an address with a port');
  return address.port;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
