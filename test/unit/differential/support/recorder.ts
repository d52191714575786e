/** A server that notes what it is asked and answers the same to all. */
import { startServer } from '../../polytomic/support/http-server';

/** What a request says, in a form in which two clients can be compared. */
export interface Recorded {
  /** The operation that it is for, where the caller says so. */
  readonly operation?: string;
  readonly method: string;
  /** As sent. */
  readonly path: string;
  /** Decoded and sorted: the order of a query means nothing. */
  readonly query: readonly string[];
  readonly headers: Record<string, string | undefined>;
  /** Parsed; undefined where none was sent. */
  readonly body: unknown;
}

/** A recorder, listening. */
export interface Recorder {
  readonly url: string;
  /** What was asked since the last call of this. */
  take(): Recorded[];
  close(): Promise<void>;
}

/** Headers in which clients must agree; where there is a body, its type too. */
const compared = ['authorization', 'x-polytomic-version', 'idempotency-key'] as const;

/** Starts a recorder that answers as a server of that API version. */
export async function startRecorder(version: string): Promise<Recorder> {
  const recorded: Recorded[] = [];
  const server = await startServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://recorder');
      const text = Buffer.concat(chunks).toString();
      const operation = request.headers['x-operation']?.toString();
      recorded.push({
        ...(operation !== undefined && { operation }),
        method: request.method ?? '',
        path: url.pathname,
        query: [...url.searchParams].map(([name, value]) => `${name}=${value}`).sort(),
        headers: {
          ...Object.fromEntries(compared.map((name) => [name, request.headers[name]?.toString()])),
          ...(text !== '' && { 'content-type': request.headers['content-type'] }),
        },
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
      });
      response.writeHead(200, { 'Content-Type': 'application/json', 'X-Polytomic-Version': version });
      response.end('{}');
    });
  });
  return { url: server.url, take: () => recorded.splice(0), close: () => server.close() };
}
