/** Payloads of histories and heartbeats as values. */

/** The parts of a payload that are read. */
export interface PayloadLike {
  readonly metadata?: Readonly<Record<string, Uint8Array>> | null;
  readonly data?: Uint8Array | null;
}

/** The value of a JSON payload; undefined for any other encoding, an encrypted one included. */
export function decodePayload({ metadata, data }: PayloadLike): unknown {
  const encoding = Buffer.from(metadata?.['encoding'] ?? []).toString();
  if (encoding === 'binary/null') return null;
  if (encoding !== 'json/plain') return undefined;
  try {
    return JSON.parse(Buffer.from(data ?? []).toString()) as unknown;
  } catch {
    return undefined;
  }
}

/** The first of several payloads. */
export function decodeFirst(payloads: { payloads?: readonly PayloadLike[] | null } | null | undefined): unknown {
  const first = payloads?.payloads?.[0];
  return first ? decodePayload(first) : undefined;
}
