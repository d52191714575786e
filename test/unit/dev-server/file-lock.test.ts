/** The lock that keeps two processes from building at once. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withFileLock } from '../../../src/dev-server/file-lock';

describe('withFileLock', () => {
  let folder: string;
  let path: string;
  let waits: number;
  const onWait = async (wait: () => Promise<void>): Promise<void> => {
    waits += 1;
    await wait();
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'file-lock-'));
    path = join(folder, 'lock');
    waits = 0;
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** Takes the lock `count` times at once, and returns the order in which the work began and ended. */
  async function takeAtOnce(count: number): Promise<string[]> {
    const order: string[] = [];
    await Promise.all(
      Array.from({ length: count }, () =>
        withFileLock({ path, onWait }, async () => {
          order.push('begin');
          await new Promise(setImmediate);
          order.push('end');
        }),
      ),
    );
    return order;
  }

  it('returns what the work returns, without a wait when it is free', async () => {
    expect(await withFileLock({ path, onWait }, async () => 'done')).toBe('done');
    expect(waits).toBe(0);
  });

  it('lets one work at a time', async () => {
    expect(await takeAtOnce(3)).toEqual(['begin', 'end', 'begin', 'end', 'begin', 'end']);
  });

  it('lets everybody else wait while one works', async () => {
    let othersWait!: () => void;
    const bothWait = new Promise<void>((resolve) => (othersWait = resolve));
    const waitOfOther = async (wait: () => Promise<void>): Promise<void> => {
      if ((waits += 1) === 2) othersWait();
      await wait();
    };
    const other = (): Promise<string> => withFileLock({ path, onWait: waitOfOther }, async () => 'done');
    const others = await withFileLock({ path, onWait }, async () => {
      const began = [other(), other()];
      await bothWait;
      return began;
    });
    expect(await Promise.all(others)).toEqual(['done', 'done']);
    expect(waits).toBe(2);
  });

  it('is free again after work that failed, and leaves no file', async () => {
    const failing = withFileLock({ path, onWait }, () => Promise.reject(new Error('no compiler')));
    await expect(failing).rejects.toThrow('no compiler');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken over, by one at a time, from a process that is dead', async () => {
    const { pid } = spawnSync('true');
    await writeFile(path, String(pid));
    expect(await takeAtOnce(2)).toEqual(['begin', 'end', 'begin', 'end']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken over from a holder that was silent for a minute, whatever runs under its process id now', async () => {
    await writeFile(path, String(process.pid));
    const twoMinutesAgo = new Date(Date.now() - 120_000);
    await utimes(path, twoMinutesAgo, twoMinutesAgo);
    expect(await withFileLock({ path, onWait }, async () => 'taken over')).toBe('taken over');
  });

  it('is not taken over from a process that runs', async () => {
    await writeFile(path, String(process.pid));
    const order: string[] = [];
    const work = withFileLock(
      {
        path,
        onWait: async (wait) => {
          order.push('waits');
          setImmediate(() => {
            order.push('the holder lets go');
            void rm(path);
          });
          await wait();
        },
      },
      async () => order.push('works'),
    );
    await work;
    expect(order).toEqual(['waits', 'the holder lets go', 'works']);
  });
});
