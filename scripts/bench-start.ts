/** `npm run bench:start`: how long the ready worker takes until it polls, with the built bundle and without. Wants a build. */
import { spawn } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { startDevServer } from '../src/dev-server/start-dev-server';
import { bundleInfoFile } from '../src/hosting/workflow-bundle';
import { startEmulator } from '../src/testing';

const repetitions = 3;
/** Beside lib, so that it finds the same packages. */
const unbundled = 'lib-unbundled';

async function secondsUntilPolling(folder: string, env: NodeJS.ProcessEnv): Promise<number> {
  const startedAt = performance.now();
  const worker = spawn(process.execPath, [`${folder}/worker.js`], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    for await (const line of createInterface({ input: worker.stdout })) {
      if (line.includes('Polling task queue')) return (performance.now() - startedAt) / 1_000;
    }
    throw new Error('The worker ended before it was polling');
  } finally {
    worker.kill('SIGKILL');
  }
}

async function main(): Promise<void> {
  const [server, emulator] = await Promise.all([startDevServer(), startEmulator()]);
  cpSync('lib', unbundled, { recursive: true });
  rmSync(`${unbundled}/${bundleInfoFile}`);
  const { PATH } = process.env;
  const env = {
    PATH,
    TEMPORAL_ADDRESS: server.address,
    POLYTOMIC_API_KEY: emulator.apiKey,
    POLYTOMIC_URL: emulator.url,
  };
  try {
    // In turns, so that whatever else the machine does weighs on both alike.
    for (let turn = 1; turn <= repetitions; turn += 1) {
      const [built, bundling] = [await secondsUntilPolling('lib', env), await secondsUntilPolling(unbundled, env)];
      console.log(`bundle built before: ${built.toFixed(1)} s; bundled at the start: ${bundling.toFixed(1)} s`);
    }
  } finally {
    rmSync(unbundled, { recursive: true, force: true });
    await Promise.all([emulator.close(), server.stop()]);
  }
}

void main();
