/** Running programs, picking ports, and the end of a server whose parent was killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { freePorts } from '../../../src/dev-server/free-ports';
import { runProgram } from '../../../src/dev-server/run-program';
import { startDevServer } from '../../../src/dev-server/start-dev-server';
import { withProgress } from '../../../src/dev-server/with-progress';
import { writeProgram } from './fake-cli';

const env = { PATH: process.env.PATH };
const sh = (script: string): { command: string; args: string[]; env: NodeJS.ProcessEnv } => ({
  command: 'sh',
  args: ['-c', script],
  env,
});

describe('runProgram', () => {
  it('gives the output of both streams of a program that ends well', async () => {
    expect(await runProgram(sh('echo out; sleep 0.1; echo err >&2'))).toEqual({ ok: true, output: 'out\nerr' });
  });

  it('tells the program nothing of keys that stand in our environment', async () => {
    const keys = { POLYTOMIC_API_KEY: 'k1', TEMPORAL_API_KEY: 'k2', AWS_SECRET_ACCESS_KEY: 'k3', GITHUB_TOKEN: 'k4' };
    const wanted = { HTTPS_PROXY: 'http://proxy', GOPROXY: 'off', XDG_CACHE_HOME: '/c', HOME: '/h' };
    const { output } = await runProgram({ command: 'env', args: [], env: { ...env, ...keys, ...wanted } });
    const names = output.split('\n').map((line) => line.split('=')[0]);
    expect(names.sort()).toEqual(['PATH', ...Object.keys(wanted)].sort());
  });

  it('gives the last lines only, of a program that says much', async () => {
    const { output } = await runProgram(sh('seq 1 5000'));
    expect(output.split('\n')).toHaveLength(15);
    expect(output).toMatch(/5000$/);
  });

  it.each([
    ['exit 3', 'exit code 3'],
    ['kill -TERM $$', 'ended by SIGTERM'],
  ])('says how a silent program ended: %s', async (script, output) => {
    expect(await runProgram(sh(script))).toEqual({ ok: false, output });
  });

  it('says that a program cannot be started', async () => {
    const end = await runProgram({ command: '/no/such/program', args: [], env });
    expect(end).toEqual({ ok: false, output: 'spawn /no/such/program ENOENT' });
  });

  it('kills a program that takes too long, and says so', async () => {
    const end = await runProgram({ command: 'sleep', args: ['60'], env, timeoutMs: 100 });
    expect(end).toEqual({ ok: false, output: 'took longer than 0.1 s' });
  });
});

describe('withProgress', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('says what is going on at once, and every ten seconds how long it has taken, until it is done', async () => {
    const lines: string[] = [];
    let finish = (_value: string): void => undefined;
    const work = withProgress(
      (line) => lines.push(line),
      'Building',
      () => new Promise<string>((resolve) => (finish = resolve)),
    );
    jest.advanceTimersByTime(25_000);
    finish('built');
    expect(await work).toBe('built');
    jest.advanceTimersByTime(60_000);
    expect(lines).toEqual(['Building …', 'Building … 10 s', 'Building … 20 s']);
  });
});

describe('freePorts', () => {
  it('gives different ports that can be listened on', async () => {
    const ports = await freePorts([undefined, undefined, undefined]);
    expect(new Set(ports).size).toBe(3);
    expect(await freePorts(ports)).toEqual(ports);
  });

  it('names a wished port that is taken, and keeps none of the others', async () => {
    const [taken = 0, free] = await freePorts([undefined, undefined]);
    const server = createServer().listen(taken, '127.0.0.1');
    await once(server, 'listening');
    await expect(freePorts([taken, free])).rejects.toThrow(`Port ${taken} cannot be used: listen EADDRINUSE`);
    server.close();
    expect(await freePorts([free])).toEqual([free]);
  });

  it('names a wished port that is no port', async () => {
    await expect(freePorts([70_000])).rejects.toThrow('Port 70000 cannot be used');
  });
});

describe('startDevServer', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'start-server-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it("fails with the server's own last lines when it ends before it answers", async () => {
    const cliPath = await writeProgram(join(folder, 'temporal'), 'echo "database is locked" >&2; exit 7');
    await expect(startDevServer({ cliPath })).rejects.toThrow(
      `The Temporal server ${cliPath} did not start: it ended with code 7\ndatabase is locked`,
    );
  });

  it('fails with the reason when the program cannot be run', async () => {
    await expect(startDevServer({ cliPath: '/no/such/program' })).rejects.toThrow(
      'The Temporal server /no/such/program did not start: spawn /no/such/program ENOENT',
    );
  });

  it('does not let a server outlive a parent that was killed', async () => {
    const script = `
      const { spawn } = require('node:child_process');
      const { dieWithParent } = require('./die-with-parent');
      const server = spawn('sleep', ['600'], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
      dieWithParent(server);
      console.log('server', server.pid);
    `;
    const args = ['--import', 'tsx', '--input-type=commonjs', '-e', script];
    const parent = spawn(process.execPath, args, { cwd: join(process.cwd(), 'src/dev-server') });
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    expect(String(said)).toMatch(/^server \d+$/m);
    parent.kill('SIGKILL');
    // The server holds the other end of this pipe, so the stream ends when the server does.
    parent.stdout.resume();
    await once(parent.stdout, 'end');
    expect(parent.stdout.readableEnded).toBe(true);
  });
});
