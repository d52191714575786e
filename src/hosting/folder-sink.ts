/** A sink for log files that is a folder. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { LogFileInfo, LogSink } from '../contracts/log-files';

/**
 * Writes each file beside its place and moves it there once it is whole, so that a file with its own name is never half of
 * one; the same file again replaces it.
 */
export function createFolderSink(folder: string): LogSink {
  return async (file, content) => {
    const path = join(folder, ...partsOf(file));
    const unfinished = join(dirname(path), `.${randomUUID()}.part`);
    try {
      await mkdir(dirname(path), { recursive: true });
      await pipeline(Readable.from(content, { objectMode: false }), createWriteStream(unfinished));
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => undefined);
      throw withoutPath(error);
    }
  };
}

/** Names come from workflows and from Polytomic: none may lead out of the folder. */
function partsOf({ organization, syncId, executionId, name }: LogFileInfo): string[] {
  const parts = [organization, syncId, executionId, ...name.split('/')];
  return parts.map((part) => part.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_'));
}

/** Where a worker keeps its files is nobody's business who reads a history. */
function withoutPath(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? new Error(`A log file cannot be written on this worker (${code})`) : error;
}
