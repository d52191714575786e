/** A sink for keys, to try the example: one file for each partner, for this user alone. Take your secret manager instead. */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeySink } from './activities';

/** Stores keys, and reads them for the worker's own calls. */
export interface KeyFolder extends KeySink {
  read(partner: string): Promise<string>;
}

/** Keys in a folder. */
export function keyFolder(folder: string): KeyFolder {
  const fileOf = (partner: string): string => {
    if (!/^[\w-]+$/.test(partner)) throw new Error('expected a name of letters, digits, _ and -');
    return join(folder, `${partner}.key`);
  };
  return {
    async store(partner, key) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = fileOf(partner);
      await writeFile(`${file}.new`, key, { mode: 0o600 });
      await chmod(`${file}.new`, 0o600);
      await rename(`${file}.new`, file);
    },
    read: (partner) => readFile(fileOf(partner), 'utf8'),
  };
}
