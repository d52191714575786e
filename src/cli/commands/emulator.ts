/** `temporal-polytomic emulator`: a Polytomic API on this machine, to try things out. */
import type { Command } from 'commander';
import type { Emulator, EmulatorOptions, Seed } from '../../testing/index';
import { examples } from '../act';
import type { Output } from '../output';
import { parsePort } from '../parse-port';
import { parseText } from '../parse-text';
import { sampleDurationMs, sampleSyncs } from '../sample-syncs';
import { untilInterrupted } from '../until-interrupted';

interface EmulatorCommandOptions {
  port: number;
  host: string;
  key: string;
  seed?: string;
}

/** Adds the command; it runs until it is interrupted. */
export function addEmulatorCommand(program: Command, output: Output): void {
  program
    .command('emulator')
    .description('Run an emulator of the Polytomic API until interrupted.')
    .option('--port <port>', 'port to listen on, 0 for any free one', parsePort, 4600)
    .option('--host <address>', 'address to listen on', parseText, '127.0.0.1')
    .option('--key <key>', 'API key to accept', parseText, 'test-key')
    .option('--seed <file>', 'YAML or JSON file with what is there at the start, instead of two sample syncs')
    .addHelpText('after', examples('emulator', 'emulator --port 0 --key mine --seed seed.yaml'))
    .action((options: EmulatorCommandOptions) => run(options, output));
}

/** Starts an emulator that holds the sample syncs; every other setting as `startEmulator` has it. */
export async function startSampleEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { startEmulator } = await import('../../testing/index.js');
  const { modelSync, bulkSync } = sampleSyncs;
  const seed = { modelSyncs: [modelSync], bulkSyncs: [bulkSync] };
  return startEmulator({ durationMs: sampleDurationMs, seed, ...options });
}

async function run({ port, host, key, seed: file }: EmulatorCommandOptions, output: Output): Promise<void> {
  const seed = file === undefined ? {} : { seed: await readSeed(file) };
  const emulator = await startSampleEmulator({ port, host, keys: [key], ...seed });
  output.line(`Polytomic emulator: ${emulator.url}`);
  output.line(`API key:            ${emulator.apiKey}`);
  for (const line of file === undefined ? sampleLines() : [`Seed:               ${file}`]) output.line(line);
  output.line('Ctrl-C ends it.');
  await untilInterrupted();
  await emulator.close();
}

/** The seed in a file. @throws SeedError */
export async function readSeed(file: string): Promise<Seed> {
  const { readSeedFile } = await import('../../testing/index.js');
  return readSeedFile(file);
}

function sampleLines(): string[] {
  const { modelSync, bulkSync } = sampleSyncs;
  return [
    `Model sync:         ${modelSync.id} (${modelSync.name})`,
    `Bulk sync:          ${bulkSync.id} (${bulkSync.name})`,
  ];
}
