/** Programs in the cache are run only while they are what was put there. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';

const checksumOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

/** Beside the folder of its version, which holds whole programs alone. */
const fileOf = (path: string): string => `${dirname(path)}.sha256`;

/** Moves a program that was made into its place, and notes its checksum. */
export async function keepProgram(made: string, path: string): Promise<void> {
  await writeFile(fileOf(path), `${await checksumOf(made)}\n`);
  await rename(made, path);
}

/** Whether it is. One that was kept before checksums were noted counts as it is now. */
export async function isAsKept(path: string): Promise<boolean> {
  const noted = await readFile(fileOf(path), 'utf8').catch(() => undefined);
  const now = await checksumOf(path);
  if (noted !== undefined) return noted.trim() === now;
  // A cache that cannot be written to is no reason against a program in it.
  await writeFile(fileOf(path), `${now}\n`, { flag: 'wx' }).catch(() => undefined);
  return true;
}
