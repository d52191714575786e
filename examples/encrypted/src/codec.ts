/** Encrypts each payload with AES-256-GCM, in the format of Temporal's samples, so that theirs in other languages read it. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ValueError, type Payload, type PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { EncryptionKeys } from './keys';

const { Payload: PayloadProto } = temporal.api.common.v1;

const encoding = 'binary/encrypted';
const [nonceBytes, tagBytes] = [12, 16];

/** Encrypts with the current key, decrypts with the one that a payload names, and leaves what is not encrypted as it is. */
export function createEncryptionCodec({ current, keys }: EncryptionKeys): PayloadCodec {
  const keyOf = (id: string): Buffer => {
    const key = keys.get(id);
    if (key === undefined) throw new ValueError(`There is no key ${JSON.stringify(id)} to decrypt this payload with`);
    return key;
  };
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, { id: current, key: keyOf(current) })),
    decode: async (payloads) =>
      payloads.map((payload) => (isEncrypted(payload) ? decrypt(payload, keyOf(keyIdOf(payload))) : payload)),
  };
}

const isEncrypted = ({ metadata }: Payload): boolean => textOf(metadata?.['encoding']) === encoding;
const keyIdOf = ({ metadata }: Payload): string => textOf(metadata?.['encryption-key-id']);
const textOf = (bytes: Uint8Array = new Uint8Array()): string => Buffer.from(bytes).toString();

function encrypt(payload: Payload, { id, key }: { id: string; key: Buffer }): Payload {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const content = [cipher.update(PayloadProto.encode(payload).finish()), cipher.final()];
  return {
    metadata: { encoding: Buffer.from(encoding), 'encryption-key-id': Buffer.from(id) },
    data: Buffer.concat([nonce, ...content, cipher.getAuthTag()]),
  };
}

function decrypt({ data }: Payload, key: Buffer): Payload {
  const bytes = Buffer.from(data ?? []);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const content = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
  return PayloadProto.decode(Buffer.concat([content, decipher.final()]));
}
