/** Reads one secret from a file below the operator's folder. */
import { constants, type Stats } from 'node:fs';
import { open, readFile, realpath, stat, type FileHandle } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';

/** A path that may not be read: it leads out of the folder, is no regular file, is too large, or belongs to the worker itself. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
}

/** Larger files are no secrets. */
export const maxSecretBytes = 65_536;

/** Where a file may lie, and which may not be read wherever they lie. */
export interface SecretFiles {
  readonly folder: string;
  /** Files, and folders with all below them, that the worker uses itself. */
  readonly reserved: readonly string[];
  /** Paths below the folder for which the operator made rules. */
  readonly ruled: readonly string[];
}

/** One secret, and the rules that hold for its file. */
export interface SecretFile {
  readonly text: string;
  /** Those of the ruled paths that lead to this very file, whichever path it was asked for by. */
  readonly ruledAs: readonly string[];
}

/**
 * Links are followed as long as they stay inside the folder (Kubernetes mounts secrets as links). What is checked is the
 * open file, so that nobody can exchange it afterwards; opening never blocks, as it would with a named pipe.
 *
 * @throws FileRefused, or the system's own error where the file cannot be read
 */
export async function readSecretFile({ folder, reserved, ruled }: SecretFiles, path: string): Promise<SecretFile> {
  const wanted = resolve(folder, path);
  if (isAbsolute(path) || path.includes('\0') || !isBelow(resolve(folder), wanted)) throw new FileRefused('outside');
  const real = await realpath(wanted);
  if (!isBelow(await realpath(folder), real)) throw new FileRefused('outside');
  const file = await open(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    await refuseReserved(file, { real, reserved });
    const ruledAs = await pathsTo(file, { folder, paths: ruled });
    return { text: withoutLastLineBreak(await readWhole(file)), ruledAs };
  } finally {
    await file.close();
  }
}

/**
 * Whether a text is what one of the worker's own files holds: a copy of a key, or the same secret mounted twice, has another
 * identity. Certificates are public, and connections may need them.
 */
export async function isHeldByOwn(reserved: readonly string[], text: string): Promise<boolean> {
  const wanted = text.trim();
  if (wanted.includes('-----BEGIN ') && !wanted.includes('PRIVATE KEY-----')) return false;
  const held = reserved.map(async (path) => {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile() || found.size > maxSecretBytes) return false;
    return (await readFile(path, 'utf8').catch(() => '')).trim() === wanted;
  });
  return (await Promise.all(held)).includes(true);
}

/** By identity: `./x`, `..data/x` and a link are the same file as `x`. */
async function pathsTo(
  file: FileHandle,
  { folder, paths }: { folder: string; paths: readonly string[] },
): Promise<string[]> {
  const found = await file.stat();
  const known = await Promise.all(paths.map((path) => stat(resolve(folder, path)).catch(() => undefined)));
  return paths.filter((_path, index) => isSame(known[index], found));
}

function isSame(one: Stats | undefined, other: Stats): boolean {
  return one?.dev === other.dev && one.ino === other.ino;
}

async function readWhole(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  if (size > maxSecretBytes) throw new FileRefused(`longer than ${maxSecretBytes} bytes`);
  // One byte more than allowed, as files of some systems tell no size.
  const buffer = Buffer.alloc(maxSecretBytes + 1);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
  if (bytesRead > maxSecretBytes) throw new FileRefused(`longer than ${maxSecretBytes} bytes`);
  return buffer.toString('utf8', 0, bytesRead);
}

/** By path for folders, by identity for files: a hard link is the same file under another name. */
async function refuseReserved(
  file: FileHandle,
  { real, reserved }: { real: string; reserved: readonly string[] },
): Promise<void> {
  const found = await file.stat();
  if (!found.isFile()) throw new FileRefused('no regular file');
  for (const path of reserved) {
    const known = await stat(path).catch(() => undefined);
    if (known === undefined) continue;
    if (isSame(known, found) || isBelow(await realpath(path), real))
      throw new FileRefused('one that this worker uses itself');
  }
}

function isBelow(folder: string, file: string): boolean {
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Editors end files with a line break that is no part of the secret. */
function withoutLastLineBreak(text: string): string {
  return text.replace(/\r?\n$/, '');
}
