/** The command line: which commands there are, and how wrong ones are answered. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { addDevCommand } from './commands/dev';
import { addEmulatorCommand } from './commands/emulator';
import { addWorkerCommand } from './commands/worker';
import { exitCodes, type ExitCode } from './exit-codes';
import type { Output } from './output';

/** Runs the command that `args` (without node and script) name, to its end. Never rejects: errors become one note. */
export async function runProgram(args: readonly string[], output: Output): Promise<ExitCode> {
  try {
    await createProgram(output).parseAsync(args, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    // Help and version end by an error too; commander has written all texts of its errors already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    output.note(`temporal-polytomic: ${error instanceof Error ? error.message : String(error)}`);
    return isWrongSetting(error) ? exitCodes.usage : exitCodes.failed;
  }
}

/** Told by its name, as the modules of these classes are ones that light commands do not load. */
function isWrongSetting(error: unknown): boolean {
  return error instanceof Error && ['ConfigError', 'SeedError'].includes(error.name);
}

function createProgram(output: Output): Command {
  const program = new Command('temporal-polytomic')
    .description('Durable Temporal workflows that run Polytomic syncs.')
    .version(packageVersion())
    .showHelpAfterError('(see temporal-polytomic --help)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.line(text.trimEnd()),
      writeErr: (text) => output.note(text.trimEnd()),
    });
  addDevCommand(program, output);
  addEmulatorCommand(program, output);
  addWorkerCommand(program);
  return program;
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
  return version;
}
