/** A sink for log files that is a folder. */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../contracts/failure-types';
import type { LogFileInfo, LogSink } from '../contracts/log-files';

/** All files of the folder together, where the operator says nothing: 50 GB. */
export const defaultMaxFolderBytes = 50 * 1024 ** 3;

/** Logs hold records of customers: they are for the worker's user alone. */
const fileMode = 0o600;
const folderMode = 0o700;

/** Somebody has to make room first. */
const retryWhenFull = '15 minutes';
/** What other processes wrote, or somebody removed, counts that late. */
const measuredForMs = 60_000;

const diskFull: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/**
 * Writes each file beside its place and moves it there once it is whole, so that a file with its own name is never half of
 * one; the same file again replaces it. Follows no link below the folder. Where the folder holds `maxBytes`, or its disk is
 * full, the failure is `polytomic.LogStorageFull`, tried again after a quarter of an hour.
 */
export function createFolderSink(folder: string, maxBytes: number = defaultMaxFolderBytes): LogSink {
  let used = 0;
  let measuredAt = -Infinity;
  const measure = async (): Promise<void> => {
    if (Date.now() - measuredAt < measuredForMs) return;
    measuredAt = Date.now();
    used = await bytesBelow(folder);
  };
  return async (file, content) => {
    const parts = partsOf(file);
    const name = parts.pop() ?? '';
    let unfinished: string | undefined;
    try {
      await measure();
      const place = await makeFolders(folder, parts);
      unfinished = join(place, `.${randomUUID()}.part`);
      const counted = (async function* () {
        for await (const chunk of content) {
          used += chunk.length;
          if (used > maxBytes) throw full();
          yield chunk;
        }
      })();
      const target = createWriteStream(unfinished, { mode: fileMode, flags: 'wx' });
      await pipeline(Readable.from(counted, { objectMode: false }), target);
      await rename(unfinished, join(place, name));
    } catch (error) {
      measuredAt = -Infinity;
      if (unfinished !== undefined) await rm(unfinished, { force: true }).catch(() => undefined);
      throw withoutPath(error);
    }
  };
}

/** One after the other, as each that is there already must be a folder and no link to one. */
async function makeFolders(folder: string, parts: readonly string[]): Promise<string> {
  let place = folder;
  for (const part of parts) {
    place = join(place, part);
    await mkdir(place, { mode: folderMode }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    if (!(await lstat(place)).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
  }
  return place;
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const found = await lstat(join(entry.parentPath, entry.name)).catch(() => undefined);
    bytes += found?.size ?? 0;
  }
  return bytes;
}

/** Names come from workflows and from Polytomic: none may lead out of the folder, and no two become one. */
function partsOf({ organization, syncId, executionId, name }: LogFileInfo): string[] {
  return [organization, syncId, executionId, ...name.split('/')].map((part) => {
    const safe = part
      .replace(/[^A-Za-z0-9._-]/g, '_')
      .replace(/^\.+/, '_')
      .slice(0, 200);
    return safe === part ? part : `${safe}-${createHash('sha256').update(part).digest('hex').slice(0, 8)}`;
  });
}

function full(): ApplicationFailure {
  return ApplicationFailure.create({
    type: failureTypes.LogStorageFull,
    nextRetryDelay: retryWhenFull,
    message: 'The folder for log files on this worker is full',
  });
}

/** Where a worker keeps its files is nobody's business who reads a history. */
function withoutPath(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (diskFull.includes(code)) return full();
  return typeof code === 'string' ? new Error(`A log file cannot be written on this worker (${code})`) : error;
}
