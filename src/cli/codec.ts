/** Payloads that are encrypted: a codec server reads and writes them, as it does for the Temporal CLI. */
import type { Payload, PayloadCodec } from '@temporalio/common';
import { CliError } from './cli-error';
import { exitCodes } from './exit-codes';
import type { RootOptions } from './root-options';

/** Where the codec server is, and what is sent to it. */
export interface CodecSettings {
  /** Its address; `{namespace}` in it stands for the namespace. */
  readonly endpoint: string;
  /** Header `Authorization`. */
  readonly auth?: string | undefined;
  readonly namespace: string;
}

const timeoutMs = 10_000;

/** As flags say, then variables; undefined where payloads are not encrypted. */
export function codecSettings(
  { codecEndpoint, codecAuth, disableConfigEnv }: RootOptions,
  { env: all, namespace }: { env: NodeJS.ProcessEnv; namespace: string },
): CodecSettings | undefined {
  const env = disableConfigEnv ? {} : all;
  const endpoint = codecEndpoint ?? env.TEMPORAL_CODEC_ENDPOINT;
  if (!endpoint) return undefined;
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint.replaceAll('{namespace}', 'x'))) {
    throw new CliError(exitCodes.usage, '--codec-endpoint: expected an http or https URL');
  }
  return { endpoint, auth: codecAuth ?? env.TEMPORAL_CODEC_AUTH, namespace };
}

/** Asks the codec server. @throws CliError where it does not answer well */
export function createRemoteCodec({ endpoint, auth, namespace }: CodecSettings): PayloadCodec {
  const base = endpoint.replaceAll('{namespace}', encodeURIComponent(namespace)).replace(/\/$/, '');
  const ask = async (verb: 'encode' | 'decode', payloads: Payload[]): Promise<Payload[]> => {
    if (payloads.length === 0) return [];
    const answer = await fetch(`${base}/${verb}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Namespace': namespace,
        ...(auth !== undefined && { Authorization: auth }),
      },
      body: JSON.stringify({ payloads: payloads.map(toJson) }),
      // The payloads, and the authorization, are for nobody else.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch(() => {
      throw new CliError(exitCodes.usage, `The codec server at ${base} cannot be reached`, 'See --codec-endpoint');
    });
    if (!answer.ok) {
      const isRefused = answer.status === 401 || answer.status === 403;
      const message = `The codec server at ${base} answered ${answer.status}`;
      throw new CliError(isRefused ? exitCodes.notAllowed : exitCodes.usage, message, 'See --codec-auth');
    }
    const said = (await answer.json().catch(() => null)) as { payloads?: JsonPayload[] } | null;
    const answered = said?.payloads;
    if (!Array.isArray(answered) || answered.length !== payloads.length) {
      const message = `What answers at ${base} is no codec server: expected ${payloads.length} payloads`;
      throw new CliError(exitCodes.usage, message, 'See --codec-endpoint');
    }
    return answered.map(fromJson);
  };
  return { encode: (payloads) => ask('encode', payloads), decode: (payloads) => ask('decode', payloads) };
}

/** A payload in the JSON of protobuf: bytes are base64. */
interface JsonPayload {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data?: string;
}

function toJson({ metadata, data }: Payload): JsonPayload {
  const entries = Object.entries(metadata ?? {}).map(([name, bytes]) => [name, toBase64(bytes)] as const);
  return { metadata: Object.fromEntries(entries), data: toBase64(data) };
}

function fromJson({ metadata = {}, data = '' }: JsonPayload): Payload {
  const entries = Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')] as const);
  return { metadata: Object.fromEntries(entries), data: Buffer.from(data, 'base64') };
}

const toBase64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');

/** Payloads of one request, so that none is larger than a server takes. */
const maxAtOnce = 200;

/**
 * Decodes every payload in a part of a history or description, in its place, and puts messages of failures back where
 * they are read. Answers the same part.
 */
export async function decodeInPlace<T>(part: T, codec: PayloadCodec | undefined): Promise<T> {
  if (codec === undefined) return part;
  const found: { payload: Payload; failure?: FailureLike }[] = [];
  collect(part, found);
  for (let at = 0; at < found.length; at += maxAtOnce) {
    const some = found.slice(at, at + maxAtOnce);
    const decoded = await codec.decode(some.map(({ payload }) => payload));
    some.forEach(({ payload, failure }, index) => {
      Object.assign(payload, decoded[index]);
      if (failure) failure.message = messageIn(payload) ?? failure.message ?? null;
    });
  }
  return part;
}

/** A failure whose message and stack are in a payload. */
interface FailureLike {
  message?: string | null;
  encodedAttributes?: Payload | null;
}

function collect(part: unknown, found: { payload: Payload; failure?: FailureLike }[]): void {
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return;
  const { metadata } = part as Payload;
  if (metadata?.['encoding'] instanceof Uint8Array) return void found.push({ payload: part });
  const { encodedAttributes: payload, ...others } = part as FailureLike;
  if (payload) found.push({ payload, failure: part });
  Object.values(others).forEach((inner) => collect(inner, found));
}

function messageIn({ data }: Payload): string | undefined {
  try {
    const { message } = JSON.parse(Buffer.from(data ?? []).toString()) as { message?: unknown };
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
