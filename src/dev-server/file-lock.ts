/** A lock between processes, held as a file that names its holder. */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a holder may be silent before it counts as dead, should its process id have been given to another. */
const silentForMs = 60_000;
const beatEveryMs = 5_000;
const lookEveryMs = 200;

/** The file, and what surrounds a wait for it. */
export interface FileLockOptions {
  /** The lock file; its folder must exist. */
  path: string;
  /** Called only if the lock is not free at once; must await what it is given. */
  onWait: (wait: () => Promise<void>) => Promise<void>;
}

/**
 * Runs `work` while no other process does so under the same path. Whoever finds the lock taken waits for it; a lock
 * whose process is dead is taken over.
 */
export async function withFileLock<T>({ path, onWait }: FileLockOptions, work: () => Promise<T>): Promise<T> {
  const claim = `${path}.${process.pid}.${randomUUID()}`;
  await writeFile(claim, String(process.pid), { flag: 'wx' });
  try {
    if (!(await acquire(path, claim))) await onWait(() => untilAcquired(path, claim));
    const beat = setInterval(() => void touch(path), beatEveryMs);
    try {
      return await work();
    } finally {
      clearInterval(beat);
      await rm(path, { force: true });
    }
  } finally {
    await rm(claim, { force: true });
  }
}

async function untilAcquired(path: string, claim: string): Promise<void> {
  while (!(await acquire(path, claim))) await sleep(lookEveryMs);
}

/** A hard link appears with its content or not at all, so nobody ever reads a lock without a holder. */
async function acquire(path: string, claim: string): Promise<boolean> {
  try {
    await touch(claim);
    await link(claim, path);
    return true;
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
  const holder = await inodeIfDead(path);
  if (holder !== undefined) await removeStale(path, holder);
  return false;
}

/** The lock file's inode when its holder no longer runs. */
async function inodeIfDead(path: string): Promise<number | undefined> {
  try {
    const { ino, mtimeMs } = await stat(path);
    const dead = !isAlive(Number(await readFile(path, 'utf8'))) || Date.now() - mtimeMs > silentForMs;
    return dead ? ino : undefined;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * Two processes may see the same dead holder, so what was moved away is put back if it turns out to be another's. A
 * third that slips in between shares the lock: here that costs a second build, whose result replaces the first as one.
 */
async function removeStale(path: string, stale: number): Promise<void> {
  const aside = `${path}.stale.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await stat(aside)).ino !== stale) await link(aside, path);
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
