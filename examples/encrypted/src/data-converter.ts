/** How this project's workers and clients write what Temporal stores. */
import type { DataConverter } from '@temporalio/common';
import { createEncryptionCodec } from './codec';
import { readKeys } from './keys';

/** The file with the keys: `PAYLOAD_KEYS_FILE`. */
export const keysFile = (): string => process.env['PAYLOAD_KEYS_FILE'] ?? 'payload-keys.json';

/** For workers and clients alike: one without it cannot read what the others wrote. */
export function createDataConverter(): DataConverter {
  return {
    payloadCodecs: [createEncryptionCodec(readKeys(keysFile()))],
    failureConverterPath: require.resolve('./failure-converter'),
  };
}
