/**
 * `npm run test:python`: the caller of examples/python in a virtual environment of its own, against a Temporal server, our
 * worker and the emulator, whose list of executions is the judge. Needs Python 3.10 or newer and PyPI.
 */
import { equal, match } from 'node:assert/strict';
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startDevServer } from '../src/dev-server/start-dev-server';
import { startEmulator, type Emulator } from '../src/testing';

const root = resolve(__dirname, '..');
const example = join(root, 'examples/python');
const python = join(example, '.venv/bin/python');

/** How a call of the example ended. */
interface Call {
  code: number;
  /** The line that it printed, parsed. */
  said: { type?: string; message?: string; details?: unknown[]; outcome?: string; executionId?: string };
}

/** Starts the example; resolves to its end. */
type RunSync = (...args: string[]) => Promise<Call>;

async function main(): Promise<void> {
  installRequirements();
  const [server, emulator] = await Promise.all([
    startDevServer({ headless: true }),
    startEmulator({ durationMs: 1_000 }),
  ]);
  const worker = startWorker(server.address, emulator);
  try {
    const died = once(worker, 'exit').then(([code]) => Promise.reject(new Error(`The worker ended with ${code}`)));
    const runSync = callerOf(server.address);
    const checks = [checkSuccess, checkJoin, checkFailure].map((check) => check(runSync, emulator));
    await Promise.race([Promise.all(checks), died]);
  } finally {
    worker.removeAllListeners('exit').kill('SIGKILL');
    await Promise.all([emulator.close(), server.stop()]);
  }
}

function installRequirements(): void {
  const run = (program: string, args: string[]): void => void execFileSync(program, args, { stdio: 'inherit' });
  if (!existsSync(python)) run('python3', ['-m', 'venv', join(example, '.venv')]);
  run(python, ['-m', 'pip', 'install', '--quiet', '-r', join(example, 'requirements.txt')]);
}

function startWorker(address: string, { url, apiKey }: Emulator): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', join(root, 'src/worker.ts')], {
    cwd: root,
    env: { PATH: process.env.PATH, TEMPORAL_ADDRESS: address, POLYTOMIC_URL: url, POLYTOMIC_API_KEY: apiKey },
    stdio: 'inherit',
  });
}

function callerOf(address: string): RunSync {
  const env = { PATH: process.env.PATH, TEMPORAL_ADDRESS: address };
  return (...args) =>
    new Promise((done, reject) => {
      const child = execFile(python, [join(example, 'run_sync.py'), ...args], { env }, (_error, stdout, stderr) => {
        if (stderr) return reject(new Error(stderr));
        done({ code: child.exitCode ?? -1, said: JSON.parse(stdout) as Call['said'] });
      });
    });
}

function startedRuns(emulator: Emulator, id: string): string[] {
  return emulator.executions().flatMap((run) => (run.syncId === id ? [run.id] : []));
}

async function checkSuccess(runSync: RunSync, emulator: Emulator): Promise<void> {
  const { id } = emulator.addModelSync();
  const { code, said } = await runSync('runModelSync', id);
  equal(code, 0);
  equal(said.outcome, 'completed');
  equal(startedRuns(emulator, id).join(), said.executionId);
  console.log('ok: a run that completes is the result');
}

async function checkJoin(runSync: RunSync, emulator: Emulator): Promise<void> {
  // Long enough for the second call to come in the middle of it.
  const { id } = emulator.addBulkSync({ durationMs: 4_000 });
  const call = (): Promise<Call> => runSync('runBulkSync', id, 'the-same-workflow-id');
  const calls = await Promise.all([call(), call()]);
  const [run, ...others] = startedRuns(emulator, id);
  equal(others.length, 0);
  for (const { code, said } of calls) equal(`${code} ${said.executionId}`, `0 ${run}`);
  console.log('ok: two calls under one workflow id are one run');
}

async function checkFailure(runSync: RunSync, emulator: Emulator): Promise<void> {
  const { id } = emulator.addBulkSync({ script: 'failed' });
  const { code, said } = await runSync('runBulkSync', id);
  const [result] = (said.details ?? []) as { outcome?: string; syncId?: string }[];
  equal(code, 1);
  equal(said.type, 'polytomic.SyncFailed');
  match(said.message ?? '', /failed/);
  equal(`${result?.outcome} ${result?.syncId}`, `failed ${id}`);
  console.log('ok: a run that fails is an error with type, message and details');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
