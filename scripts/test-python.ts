/**
 * `npm run test:python`: the examples in Python, in a virtual environment, against a Temporal server, our worker and the
 * emulator, whose list of executions is the judge. Needs Python 3.10 or newer and PyPI.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { startDevServer } from '../src/dev-server/start-dev-server';
import { startEmulator, type Emulator } from '../src/testing';
import { checks } from './python/checks';
import { installRequirements, programsFor } from './python/programs';

const root = resolve(__dirname, '..');

async function main(): Promise<void> {
  installRequirements();
  const [server, emulator] = await Promise.all([
    startDevServer({ headless: true }),
    startEmulator({ durationMs: 1_000 }),
  ]);
  const programs = programsFor(server.address);
  const workers = [startWorker(server.address, emulator), programs.serve('python-child-workflow/worker.py')];
  try {
    const died = workers.map(async (worker) => {
      const [code] = (await once(worker, 'exit')) as unknown[];
      throw new Error(`A worker ended with ${String(code)}`);
    });
    const checked = Object.entries(checks).map(async ([name, check]) => {
      await check(programs, emulator);
      console.log(`ok: ${name}`);
    });
    await Promise.race([Promise.all(checked), ...died]);
  } finally {
    for (const worker of workers) worker.removeAllListeners('exit').kill('SIGKILL');
    await Promise.all([emulator.close(), server.stop()]);
  }
}

function startWorker(address: string, { url, apiKey }: Emulator): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', join(root, 'src/worker.ts')], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      TEMPORAL_ADDRESS: address,
      POLYTOMIC_URL: url,
      POLYTOMIC_API_KEY: apiKey,
      POLYTOMIC_REQUESTS_PER_MINUTE: '600',
    },
    stdio: 'inherit',
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
