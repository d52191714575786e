/** `temporal-polytomic dev`: all that is needed to try things out, in one process. */
import { join } from 'node:path';
import type { Command } from 'commander';
import type { DevServer } from '../../dev-server/start-dev-server';
import type { Emulator } from '../../testing/index';
import { examples } from '../act';
import type { Output } from '../output';
import { parsePort } from '../parse-port';
import { sampleSyncs } from '../sample-syncs';
import { readSeed, startSampleEmulator } from './emulator';

interface DevCommandOptions {
  port: number;
  uiPort: number;
  db?: string;
  seed?: string;
}

/** Any of these names credentials, so the worker is to talk to the real Polytomic. */
const credentials = [
  'POLYTOMIC_API_KEY',
  'POLYTOMIC_API_KEY_FILE',
  'POLYTOMIC_DEPLOYMENT_KEY',
  'POLYTOMIC_CONFIG',
] as const;

/** Adds the command; it runs until it is interrupted. */
export function addDevCommand(program: Command, output: Output): void {
  program
    .command('dev')
    .description('Run a Temporal dev server, a worker and, unless an API key is set, an emulator of Polytomic.')
    .option('--port <port>', 'port of the Temporal server', parsePort, 7233)
    .option('--ui-port <port>', "port of the Temporal server's Web UI", parsePort, 8233)
    .option('--db <file>', 'SQLite file that keeps workflows between runs (default: none are kept)')
    .option('--seed <file>', 'YAML or JSON file with what the emulator holds, instead of two sample syncs')
    .addHelpText('after', examples('dev', 'dev --db temporal.db --seed seed.yaml', 'dev --port 0 --ui-port 0'))
    .action((options: DevCommandOptions) => run(options, output));
}

async function run(options: DevCommandOptions, output: Output): Promise<void> {
  const [{ startDevServer }, { findTemporalCli }, { defaultTaskQueue, processEnvironment }, { runWorkerProcess }] =
    await Promise.all([
      import('../../dev-server/start-dev-server.js'),
      import('../../dev-server/find-temporal-cli.js'),
      import('../../config.js'),
      import('../../worker.js'),
    ]);
  const env = processEnvironment();
  const cliPath = await findTemporalCli({ env, log: output.note });
  const { port, uiPort, db: dbFile, seed: seedFile } = options;
  const seeded = seedFile === undefined ? {} : { seed: await readSeed(seedFile) };
  const server = await startDevServer({ port, uiPort, dbFile, cliPath, env });
  let emulator: Emulator | undefined;
  try {
    if (!credentials.some((name) => env[name])) emulator = await startSampleEmulator(seeded);
    output.line(`Temporal server: ${server.address}`);
    output.line(`Temporal Web UI: ${server.uiUrl}`);
    output.line(`Polytomic:       ${emulator ? `${emulator.url} (emulator)` : 'as the environment says'}`);
    const sample = emulator && seedFile === undefined ? sampleSyncs.bulkSync : null;
    const taskQueue = env.POLYTOMIC_TASK_QUEUE || defaultTaskQueue;
    output.line('Try it, in another terminal:');
    output.line(`  npx temporal-polytomic run bulk '${sample?.name ?? 'NAME OF A BULK SYNC'}' \\`);
    output.line(`    --address ${server.address} --task-queue ${taskQueue}`);
    output.line('or with the Temporal CLI:');
    output.line(`  ${cliPath} workflow execute --address ${server.address} \\`);
    output.line(`    --type runBulkSync --task-queue ${taskQueue} \\`);
    output.line(`    --input '{"syncId": "${sample?.id ?? 'ID OF A BULK SYNC'}"}'`);
    output.line('Ctrl-C ends all of it.');
    // It ends by itself, gracefully, at Ctrl-C or SIGTERM.
    await runWorkerProcess(workerEnvironment(env, server, emulator));
  } finally {
    await Promise.all([server.stop(), emulator?.close()]);
  }
}

/** The worker talks to our own Temporal server, whatever the environment says about others. */
function workerEnvironment(env: NodeJS.ProcessEnv, server: DevServer, emulator?: Emulator): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return {
    ...Object.fromEntries(others),
    ...(emulator && { POLYTOMIC_URL: emulator.url, POLYTOMIC_API_KEY: emulator.apiKey }),
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
    // A file that is not there; else a person's own profiles would add their TLS and keys.
    TEMPORAL_CONFIG_FILE: join(__dirname, 'no-profiles.toml'),
  };
}
