/** The HTTP side: reads requests off sockets, sends or withholds answers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { noteAnswer, type Exchange, type WireAnswer, type WireRequest } from './service';

/** What the server needs: who answers, and how long a body it reads. */
export interface ServerOptions {
  readonly respond: (request: WireRequest) => Promise<Exchange>;
  readonly maxBodyBytes: number;
}

/** Longer than any client keeps an idle connection, so that none is closed under a request. */
const keepAliveTimeoutMs = 65_000;

/** A server that is not listening yet. */
export function createApiServer(options: ServerOptions): Server {
  const server = createServer((request, response) => {
    serve(options, { request, response }).catch(() => response.destroy());
  });
  server.keepAliveTimeout = keepAliveTimeoutMs;
  return server;
}

async function serve(
  { respond, maxBodyBytes }: ServerOptions,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const body = await readText(request, maxBodyBytes);
  const { entry, answer } = await respond({
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: toHeaders(request),
    body,
  });
  if (answer === undefined) {
    response.socket?.resetAndDestroy();
  } else if (response.socket?.destroyed ?? true) {
    entry.status = 'aborted';
  } else {
    noteAnswer(entry, answer);
    if (body === undefined) response.setHeader('Connection', 'close');
    send(answer, response);
  }
}

/** The body, or undefined where it is longer than that; its rest is read and thrown away. */
function readText(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('error', reject);
    request.on('end', () => resolve(Buffer.concat(chunks).toString()));
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) {
        chunks.push(chunk);
      } else {
        chunks.length = 0;
        resolve(undefined);
      }
    });
  });
}

const toHeaders = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]));

function send({ status, headers, body, truncated }: WireAnswer, response: ServerResponse): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const bytes = Buffer.from(body);
  if (!truncated) {
    response.end(bytes);
    return;
  }
  const { socket } = response;
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => socket?.destroySoon());
}
