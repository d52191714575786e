/**
 * Idempotency keys as they leave this process. Polytomic records the outcome of a key for a day and does not say whether
 * a key counts for one path or for all of them, so that whoever knows a key could read or block somebody else's call. What
 * is sent is therefore an HMAC: it cannot be computed without the secret, and no key fits another operation or body.
 */
import { createHmac } from 'node:crypto';

/** What a key stands for: one intended request. Secrets are in it as references, so that a rotation changes no key. */
export interface KeyedRequest {
  /** Name of the organization on this worker. */
  readonly organization: string;
  readonly operation: string;
  readonly method: string;
  /** Path template, or the path of a request that is no operation. */
  readonly path: string;
  /** The flat input: path parameters, query and body. */
  readonly input: unknown;
  /** The key as the caller drew it. */
  readonly key: string;
}

/** What makes keys. */
export interface KeySecret {
  /** Answers the key to send: `tp-` and 64 hexadecimal digits. */
  readonly toSentKey: (request: KeyedRequest) => string;
  /** Tells two secrets apart without telling either: 16 hexadecimal digits. */
  readonly fingerprint: string;
}

/** Derives from any secret text one that serves for keys alone. */
export function createKeySecret(secret: string): KeySecret {
  const derived = createHmac('sha256', secret).update('temporal-polytomic idempotency keys').digest();
  const hash = (text: string): string => createHmac('sha256', derived).update(text).digest('hex');
  return {
    toSentKey: (request) => `tp-${hash(canonicalJson({ ...request }))}`,
    fingerprint: hash('fingerprint').slice(0, 16),
  };
}

/** JSON with the fields of every object sorted; fields without a value are left out, as JSON leaves them out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}
