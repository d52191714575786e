/** The folder for log files. */
import { mkdtemp, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFolderSink } from '../../../src/hosting/folder-sink';

const file = { organization: 'default', kind: 'bulk', syncId: 's1', executionId: 'e1', name: 'errors/a.csv' } as const;
const content = async function* (text = 'abc'): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
};

let base: string;
let folder: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'folder-sink-'));
  folder = join(base, 'logs');
  await mkdir(folder);
});

afterEach(() => rm(base, { recursive: true }));

describe('the folder for log files', () => {
  it('shows its files to nobody else on the machine', async () => {
    await createFolderSink(folder)(file, content());
    const path = join(folder, 'default', 's1', 'e1', 'errors');
    expect((await stat(join(path, 'a.csv'))).mode & 0o777).toBe(0o600);
    for (const below of [path, join(folder, 'default')]) expect((await stat(below)).mode & 0o777).toBe(0o700);
  });

  it.each(['default', 'default/s1'])('follows no link at %s', async (place) => {
    const outside = join(base, 'outside');
    await mkdir(outside);
    if (place !== 'default') await mkdir(join(folder, 'default'));
    await symlink(outside, join(folder, place));
    await expect(createFolderSink(folder)(file, content())).rejects.toThrow(
      'cannot be written on this worker (ENOTDIR)',
    );
    expect(await readdir(outside)).toEqual([]);
  });

  it('keeps files apart whose names differ only in characters that no file system takes', async () => {
    const sink = createFolderSink(folder);
    await sink({ ...file, name: 'a:b' }, content('one'));
    await sink({ ...file, name: 'a_b' }, content('two'));
    const path = join(folder, 'default', 's1', 'e1');
    const stored = await Promise.all((await readdir(path)).map((name) => readFile(join(path, name), 'utf8')));
    expect(stored.sort()).toEqual(['one', 'two']);
  });

  it('takes no more than it may hold, what was there before included, and leaves no part of a file', async () => {
    await writeFile(join(folder, 'before'), 'x'.repeat(90));
    const sink = createFolderSink(folder, 100);
    await sink({ ...file, name: 'small' }, content());
    const storing = sink({ ...file, name: 'large' }, content('y'.repeat(20)));
    await expect(storing).rejects.toMatchObject({
      ...{ type: 'polytomic.LogStorageFull', nonRetryable: false, nextRetryDelay: '15 minutes' },
    });
    expect(await readdir(join(folder, 'default', 's1', 'e1'))).toEqual(['small']);
    await rm(join(folder, 'before'));
    await sink({ ...file, name: 'large' }, content('y'.repeat(20)));
  });

  it.each(['ENOSPC', 'EDQUOT', 'EFBIG'])(
    'tells a full disk (%s) from other trouble, and asks for time',
    async (code) => {
      const breaking = async function* (): AsyncGenerator<Uint8Array> {
        yield Buffer.from('abc');
        throw Object.assign(new Error(`${code}: no space left, write '${folder}'`), { code });
      };
      const storing = createFolderSink(folder)(file, breaking());
      await expect(storing).rejects.toMatchObject({ type: 'polytomic.LogStorageFull', nextRetryDelay: '15 minutes' });
      await expect(storing).rejects.not.toThrow(folder);
    },
  );
});
