/** A server that webhooks are told at, which answers as it is asked to. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';

/** What arrived. */
export interface Received {
  readonly signature: string | undefined;
  readonly raw: string;
  readonly body: { readonly type: string; readonly event: Record<string, unknown> };
}

/** A running receiver. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Status of its answers; `hang` answers never. Default 200. */
  answer: number | 'hang';
}

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Starts a receiver that ends with the test. */
export async function startReceiver(): Promise<Receiver> {
  const receiver: { -readonly [Field in keyof Receiver]: Receiver[Field] } = { url: '', received: [], answer: 200 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      const signature = request.headers['polytomic-signature'] as string | undefined;
      receiver.received.push({ signature, raw, body: JSON.parse(raw) as Received['body'] });
      if (receiver.answer === 'hang') return;
      response.writeHead(receiver.answer, { location: '/elsewhere' }).end('thanks');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return receiver;
}
