/** Decrypts payloads for people: for the Temporal Web UI in their browser, and for command lines. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { createEncryptionCodec } from './codec';
import { keysFile } from './data-converter';
import { readKeys } from './keys';

/** Who may ask, and from where. */
export interface CodecServerOptions {
  readonly codec: PayloadCodec;
  /** The origin of the Temporal Web UI. Browsers let no other page read an answer. */
  readonly uiOrigin: string;
  /**
   * Whether a caller may read payloads of a namespace. Here a token that the people share; ask your identity provider
   * instead, to whom the UI's "Pass the user access token" sends everybody's own.
   */
  readonly isAllowed: (authorization: string, namespace: string) => boolean | Promise<boolean>;
}

/** Larger bodies are none of the UI's. */
const maxBodyBytes = 16 * 1024 * 1024;

/** Answers `POST /decode` and `POST /encode` as Temporal describes. It is not listening yet. */
export function createCodecServer(options: CodecServerOptions): Server {
  return createServer((request, response) => {
    answer(options, { request, response }).catch(() => end(response, 400, { message: 'The payloads cannot be read' }));
  });
}

async function answer(
  { codec, uiOrigin, isAllowed }: CodecServerOptions,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  response.setHeader('Vary', 'Origin');
  if (request.headers.origin === uiOrigin) {
    response.setHeader('Access-Control-Allow-Origin', uiOrigin);
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.setHeader('Access-Control-Allow-Methods', 'POST');
    response.setHeader('Access-Control-Allow-Headers', 'authorization,content-type,x-namespace');
  }
  if (request.method === 'OPTIONS') return end(response, 204);
  // The UI asks with a query, which tells of payloads that are stored elsewhere: there are none here.
  const [path] = (request.url ?? '').split('?');
  const verb = (['decode', 'encode'] as const).find((name) => path === `/${name}`);
  if (request.method !== 'POST' || !verb) return end(response, 404, { message: 'There are POST /decode and /encode' });
  const { authorization = '', 'x-namespace': namespace = '' } = request.headers;
  if (!(await isAllowed(authorization, String(namespace)))) return end(response, 401, { message: 'Not allowed' });
  const { payloads = [] } = JSON.parse(await readBody(request)) as { payloads?: JsonPayload[] };
  end(response, 200, { payloads: (await codec[verb](payloads.map(fromJson))).map(toJson) });
}

function end(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(body && JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** A payload in the JSON of protobuf: bytes are base64. */
interface JsonPayload {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data?: string;
}

function fromJson({ metadata = {}, data = '' }: JsonPayload): Payload {
  const entries = Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')] as const);
  return { metadata: Object.fromEntries(entries), data: Buffer.from(data, 'base64') };
}

function toJson({ metadata, data }: Payload): JsonPayload {
  const entries = Object.entries(metadata ?? {}).map(([name, value]) => [name, toBase64(value)] as const);
  return { metadata: Object.fromEntries(entries), data: toBase64(data ?? new Uint8Array()) };
}

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Compares with one token, in a time that tells nothing of it. */
export function isToken(token: string): CodecServerOptions['isAllowed'] {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return (authorization) => timingSafeEqual(hash(authorization), hash(`Bearer ${token}`));
}

function main(): void {
  const { CODEC_TOKEN_FILE = 'codec-token', CODEC_PORT = '8081', UI_ORIGIN = 'http://localhost:8233' } = process.env;
  const token = readFileSync(CODEC_TOKEN_FILE, 'utf8').trim();
  if (token === '') throw new Error(`${CODEC_TOKEN_FILE}: expected a token`);
  const codec = createEncryptionCodec(readKeys(keysFile()));
  const server = createCodecServer({ codec, uiOrigin: UI_ORIGIN, isAllowed: isToken(token) });
  server.listen(Number(CODEC_PORT), '127.0.0.1', () => {
    const address = server.address();
    console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : CODEC_PORT}`);
  });
  process.once('SIGTERM', () => server.close());
}

if (require.main === module) main();
