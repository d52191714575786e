/** Where the Temporal CLI is looked for, in which order, and what is said when it is nowhere. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cachedCliPath, cliVersion } from '../../../src/dev-server/cli-cache';
import { downloadCli } from '../../../src/dev-server/download-cli';
import { findTemporalCli as findReally } from '../../../src/dev-server/find-temporal-cli';
import type { Found } from '../../../src/dev-server/search';
import { goScript, temporalScript, writeProgram } from './fake-cli';

describe('findTemporalCli', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let lines: string[];
  let downloads: Found[];
  const download = async (): Promise<Found> => downloads.shift() ?? { reason: 'SDK download: no network' };
  const findTemporalCli = (more: NodeJS.ProcessEnv = {}): Promise<string> =>
    findReally({ env: { ...env, ...more }, log: (line) => void lines.push(line), download });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'find-cli-'));
    // The system's folders come last, because the scripts need chmod.
    env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder, 'cache') };
    lines = [];
    downloads = [];
  });

  afterEach(() => rm(folder, { recursive: true }));

  const onPath = (name: string, script: string): Promise<string> => writeProgram(join(folder, 'bin', name), script);
  const goRecord = async (): Promise<string[]> => (await readFile(join(folder, 'go.log'), 'utf8')).trim().split('\n');
  const fakeGo = (): Promise<string> => onPath('go', goScript(join(folder, 'go.log')));

  it('takes TEMPORAL_CLI_PATH before one on the PATH', async () => {
    await onPath('temporal', temporalScript);
    const named = await writeProgram(join(folder, 'mine'), temporalScript);
    expect(await findTemporalCli({ TEMPORAL_CLI_PATH: named })).toBe(named);
  });

  it('refuses a TEMPORAL_CLI_PATH that is no executable file instead of looking further', async () => {
    await onPath('temporal', temporalScript);
    const path = join(folder, 'text');
    await writeFile(path, '');
    await expect(findTemporalCli({ TEMPORAL_CLI_PATH: path })).rejects.toThrow(
      `TEMPORAL_CLI_PATH is ${path}, which is not an executable file`,
    );
  });

  it('takes the one on the PATH before the cached one', async () => {
    await writeProgram(cachedCliPath(env), temporalScript);
    const path = await onPath('temporal', temporalScript);
    expect(await findTemporalCli()).toBe(path);
  });

  it('passes over another program on the PATH that is also called temporal, and says so', async () => {
    const other = await onPath('temporal', 'echo "temporal 0.4, a calendar"');
    const cached = await writeProgram(cachedCliPath(env), temporalScript);
    expect(await findTemporalCli()).toBe(cached);
    expect(lines).toEqual([`${other} is not the Temporal CLI (asked for --version), looking further`]);
  });

  it('runs a cached one only while it is what was put there', async () => {
    const cached = await writeProgram(cachedCliPath(env), temporalScript);
    expect(await findTemporalCli()).toBe(cached);
    await writeFile(cached, `${temporalScript}\necho changed`);
    downloads = [{ path: '/downloaded/temporal' }];
    expect(await findTemporalCli()).toBe('/downloaded/temporal');
  });

  it('takes the cached one without a download, a build or a word', async () => {
    await fakeGo();
    downloads = [{ path: '/downloaded/temporal' }];
    const cached = await writeProgram(cachedCliPath(env), temporalScript);
    expect(await findTemporalCli()).toBe(cached);
    expect(downloads).toHaveLength(1);
    expect(lines).toEqual([]);
  });

  it("takes the SDK's download before a build", async () => {
    await fakeGo();
    downloads = [{ path: '/downloaded/temporal' }];
    expect(await findTemporalCli()).toBe('/downloaded/temporal');
    await expect(goRecord()).rejects.toThrow('ENOENT');
  });

  it('builds with Go when all else fails, from the module whose checksums are kept here', async () => {
    await fakeGo();
    const path = await findTemporalCli();
    expect(path).toBe(cachedCliPath(env));
    const moduleFolder = join(process.cwd(), 'src/dev-server');
    expect(await goRecord()).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${moduleFolder} 0 off build -trimpath -ldflags=-s -w -o \\S+ github.com/temporalio/cli/cmd/temporal$`,
        ),
      ),
    ]);
    expect(lines[0]).toBe(`Building the Temporal server ${cliVersion()} with Go, once, for minutes …`);
  });

  it('leaves only the whole program in the cache after a build', async () => {
    await fakeGo();
    const path = await findTemporalCli();
    expect(await readdir(dirname(path))).toEqual(['temporal']);
  });

  it('builds once when two ask at the same time, and the second says that it waits', async () => {
    await onPath('go', `sleep 0.3\n${goScript(join(folder, 'go.log'))}`);
    const paths = await Promise.all([findTemporalCli(), findTemporalCli()]);
    expect(new Set(paths)).toEqual(new Set([cachedCliPath(env)]));
    expect(await goRecord()).toHaveLength(1);
    expect(lines).toContain('Waiting for another process that downloads or builds the Temporal server …');
  });

  it('lists what was tried and what to do when nothing works', async () => {
    await onPath('go', 'echo "go: go.mod requires go >= 1.26.4 (running go 1.20)" >&2; exit 1');
    const message = await findTemporalCli().catch((error: Error) => error.message);
    expect(message).toBe(
      [
        'No Temporal server could be found or built. Tried:',
        '- TEMPORAL_CLI_PATH: not set',
        '- PATH: no Temporal CLI named temporal',
        `- cache: no ${cachedCliPath(env)}`,
        '- SDK download: no network',
        '- Go build: go: go.mod requires go >= 1.26.4 (running go 1.20)',
        'What to do: install the Temporal CLI so that `temporal` is on the PATH, or set TEMPORAL_CLI_PATH to it, ' +
          'or install Go 1.26.4 or newer and try again (it is then built once and kept).',
      ].join('\n'),
    );
    expect(await readdir(dirname(cachedCliPath(env)))).toEqual([]);
  });

  it('says that Go is missing when it is', async () => {
    env.PATH = join(folder, 'bin');
    await expect(findTemporalCli()).rejects.toThrow('- Go build: no go on the PATH');
  });

  it('says that the cache cannot be made, and what to do', async () => {
    await writeFile(join(folder, 'cache'), 'a file where a folder should be');
    await chmod(join(folder, 'cache'), 0o444);
    await expect(findTemporalCli()).rejects.toThrow(
      /^The cache folder \S+ cannot be made\. What to do: install the Temporal CLI/,
    );
  });
});

describe('downloadCli', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'download-cli-'));
    env = { PATH: process.env.PATH, XDG_CACHE_HOME: folder };
    await mkdir(dirname(cachedCliPath(env)), { recursive: true });
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** A testing package whose `createLocal` does what is given. */
  async function testingPackage(createLocal: string): Promise<string> {
    const path = join(folder, 'testing.js');
    await writeFile(
      path,
      `exports.TestWorkflowEnvironment = { createLocal: async ({ server }) => { ${createLocal} } };`,
    );
    return path;
  }

  const download = async (createLocal: string): Promise<Found> =>
    downloadCli({ env, log: () => undefined }, await testingPackage(createLocal));

  it('moves what the SDK downloaded, of the version that Go would build, into the cache', async () => {
    const found = await download(`
      const { downloadDir, type, version } = server.executable;
      require('node:fs').writeFileSync(downloadDir + '/temporal-sdk-typescript', type + ' ' + version);
      return { teardown: async () => undefined };
    `);
    expect(found).toEqual({ path: cachedCliPath(env) });
    expect(await readFile(cachedCliPath(env), 'utf8')).toBe(`cached-download ${cliVersion()}`);
  });

  it('gives the reason of a failed download, and leaves nothing in the cache', async () => {
    expect(await download(`throw new Error('no such host')`)).toEqual({ reason: 'SDK download: no such host' });
    expect(await readdir(dirname(cachedCliPath(env)))).toEqual([]);
  });

  it('is passed over where the testing package is not installed', async () => {
    expect(await downloadCli({ env, log: () => undefined }, null)).toEqual({
      reason: 'SDK download: @temporalio/testing is not installed',
    });
  });
});

describe('the cache', () => {
  it('is in the home folder where XDG_CACHE_HOME is not set or empty', () => {
    const expected = join('/home/me/.cache/temporal-polytomic', cliVersion(), 'temporal');
    expect(cachedCliPath({ HOME: '/home/me' })).toBe(expected);
    expect(cachedCliPath({ HOME: '/home/me', XDG_CACHE_HOME: '' })).toBe(expected);
  });

  it('has a folder for the version that go.mod requires', () => {
    expect(cliVersion()).toMatch(/^v\d+\.\d+\.\d+$/);
  });
});
