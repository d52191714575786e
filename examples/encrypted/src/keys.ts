/** The keys that encrypt payloads: a file that all workers, clients and the codec server have. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Keys by their ids. Payloads name the key that they need, so that old ones can be read after a rotation. */
export interface EncryptionKeys {
  /** Id of the key that encrypts. */
  readonly current: string;
  /** Every key that a payload may still need, 32 bytes each. */
  readonly keys: ReadonlyMap<string, Buffer>;
}

const keyBytes = 32;

/** Reads `{ "current": "2026-11", "keys": { "2026-11": "<32 bytes in base64>" } }`. @throws Error that quotes no key */
export function readKeys(path: string): EncryptionKeys {
  const { current, keys } = parse(path);
  const known = new Map(Object.entries(keys).map(([id, key]) => [id, Buffer.from(key, 'base64')]));
  for (const [id, { length }] of known) {
    if (length !== keyBytes) throw new Error(`${path}: the key ${id} has ${length} bytes; expected ${keyBytes}`);
  }
  if (!known.has(current)) throw new Error(`${path}: there is no key ${current}, which is to be the current one`);
  return { current, keys: known };
}

/** A key as the file holds it. */
export function newKey(): string {
  return randomBytes(keyBytes).toString('base64');
}

interface KeyFile {
  readonly current: string;
  readonly keys: Readonly<Record<string, string>>;
}

function parse(path: string): KeyFile {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as KeyFile;
  } catch (error) {
    // What the parser says would quote the text around the fault.
    throw new Error(`${path}: ${(error as NodeJS.ErrnoException).code ?? 'expected JSON'}`);
  }
}
