/**
 * The live table in a real pseudo-terminal: `npm run test:terminal`. Needs tmux. A real Temporal server that is restarted, a
 * worker that is killed, an emulator, and a person who presses Ctrl-C and comes back; the screen is compared.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findTemporalCli } from '../../src/dev-server/find-temporal-cli';
import { startDevServer } from '../../src/dev-server/start-dev-server';
import { startEmulator } from '../../src/testing';

const patienceMs = 240_000;
const columns = 100;
const rows = 28;
const folder = mkdtempSync(join(tmpdir(), 'terminal-'));
const socket = join(folder, 'tmux');
const program = `${process.execPath} --import ${resolve('node_modules/tsx/dist/loader.mjs')} ${resolve('src/cli/main.ts')}`;

function tmux(...args: string[]): string {
  return execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
}

const screen = (): string => tmux('capture-pane', '-p', '-t', 'main');

/** Types a line into the shell. */
function type(line: string): void {
  tmux('send-keys', '-t', 'main', '-l', line);
  tmux('send-keys', '-t', 'main', 'Enter');
}

/** Resolves to the screen once it shows all of this. */
async function untilShown(what: string, ...patterns: RegExp[]): Promise<string> {
  for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(200)) {
    const shown = screen();
    if (patterns.every((pattern) => pattern.test(shown))) {
      console.log(`✓ ${what}`);
      return shown;
    }
  }
  throw new Error(`${what}: the screen never showed ${patterns.join(' and ')}\n${screen()}`);
}

function startWorker(env: NodeJS.ProcessEnv): ChildProcess {
  const args = ['--import', resolve('node_modules/tsx/dist/loader.mjs'), resolve('src/cli/main.ts'), 'worker'];
  return spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
}

async function killWorker(worker: ChildProcess): Promise<void> {
  const gone = once(worker, 'exit');
  worker.kill('SIGKILL');
  await gone;
}

async function main(): Promise<void> {
  const cliPath = await findTemporalCli();
  const dbFile = join(folder, 'temporal.db');
  let server = await startDevServer({ cliPath, dbFile });
  const port = Number(server.address.split(':')[1]);
  const names = Array.from({ length: 200 }, (_, at) => ({
    name: `Sync ${at}`,
    ...(at % 20 === 7 && { script: 'failed' as const }),
  }));
  const emulator = await startEmulator({
    durationMs: 6_000,
    seed: { bulkSyncs: [...names, { name: 'Lake', durationMs: 3_600_000 }] },
  });
  const env = {
    TEMPORAL_ADDRESS: server.address,
    ...{ POLYTOMIC_URL: emulator.url, POLYTOMIC_API_KEY: emulator.apiKey, POLYTOMIC_REQUESTS_PER_MINUTE: '600' },
  };
  let worker = startWorker(env);
  try {
    tmux(
      'new-session',
      '-d',
      '-s',
      'main',
      '-x',
      String(columns),
      '-y',
      String(rows),
      '-e',
      `TEMPORAL_ADDRESS=${server.address}`,
      'sh',
    );
    type(`PS1='$ '; alias polytomic='${program}'`);
    type('until polytomic list -q -o none --no-last-runs; do sleep 1; done; clear; echo ready');
    await untilShown('a worker polls', /^ready$/m);

    type('clear; polytomic run bulk Lake; echo "code $?"');
    await untilShown('a single run is a line with its age and state', /Lake +\d+s {2}running/);
    tmux('send-keys', '-t', 'main', 'C-c');
    const left = await untilShown(
      'Ctrl-C leaves it running, and says how to come back',
      /goes on/,
      /To cancel:/,
      /code 130/,
    );
    const [, workflowId = ''] = /To come back: temporal-polytomic await (\S+)/.exec(left) ?? [];
    assert.match(workflowId, /^runBulkSync-lake-/);
    type(`clear; polytomic await ${workflowId} --on-interrupt cancel; echo "code $?"`);
    await untilShown('a person comes back to it', /Lake +\d+m? ?\d*s? {2}running/);
    tmux('send-keys', '-t', 'main', 'C-c');
    await untilShown('Ctrl-C cancels where that was asked for, and waits for it', /Canceling; Ctrl-C again/, /code 3/);

    type('clear; polytomic run-all bulk --name "Sync *" --max-concurrent 30; echo "code $?"');
    await untilShown('a preview is asked about', /200 syncs would run/, /Run them\?/);
    tmux('send-keys', '-t', 'main', 'y');
    const table = await untilShown(
      'the table shows a bar, counts, what runs and what failed',
      /█/,
      /\d+ of 200/,
      /Running \(\d+\)/,
      /Without success/,
    );
    const lines = table.trimEnd().split('\n');
    assert.ok(lines.length <= rows && lines.every((line) => line.length <= columns), 'it fits the screen');
    assert.equal(table.match(/Running \(/g)?.length, 1, 'it is drawn over itself');
    await killWorker(worker);
    await untilShown('a worker that died is reported', /no worker (answers|polls)/);
    worker = startWorker(env);
    await untilShown('and forgotten once another one works', /running\n {2}█/);
    await server.stop();
    await untilShown('a Temporal that is gone is reported', /connection to Temporal is lost/);
    server = await startDevServer({ cliPath, dbFile, port });
    const end = await untilShown(
      'it goes on after the restart, to the end and its code',
      /200 syncs, 190 completed, 10 failed/,
      /code 1/,
    );
    assert.match(end, /✗ failed {2}Sync/);
  } finally {
    tmux('kill-server');
    await killWorker(worker).catch(() => undefined);
    await emulator.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
