/** The command line: which commands there are, and how wrong ones are answered. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { createAct, examples } from './act';
import { CliError, toCliError } from './cli-error';
import { addCommands } from './commands';
import { errorCode, exitCodes, type ExitCode } from './exit-codes';
import { addRootOptions } from './root-options';
import type { Output } from './output';
import type { ProgramContext } from './session';
import { noTerminal } from './terminal';

/** Runs the command that `args` (without node and script) name, to its end. Never rejects: errors become words. */
export async function runProgram(
  args: readonly string[],
  output: Output,
  { env = {}, terminal = noTerminal }: Partial<Pick<ProgramContext, 'env' | 'terminal'>> = {},
): Promise<ExitCode> {
  const context = { output, env, terminal };
  let code: ExitCode = exitCodes.ok;
  try {
    const program = createProgram(context, (end) => (code = end));
    const [first = '', ...rest] = args;
    if (completionCommands.includes(first)) await completeWords(program, rest, context);
    else await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // The command line may be too wrong to be read otherwise.
    const wanted = { detailedExitcode: args.includes('--detailed-exitcode') };
    // Help and version end by an error too; commander has written all texts of its errors already.
    if (error instanceof CommanderError) {
      return errorCode(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage, wanted);
    }
    const { message, nextStep, exitCode } = error instanceof CliError ? error : toCliError(error);
    output.note(`temporal-polytomic: ${message}`);
    if (nextStep !== undefined) output.note(`  ${nextStep}`);
    return errorCode(exitCode, wanted);
  }
}

/** Cobra's, and that of the shell scripts of `completion`; what follows is no command line yet, so it is not parsed as one. */
const completionCommands = ['__complete', '__completeNoDesc', 'complete'];

async function completeWords(program: Command, words: readonly string[], context: ProgramContext): Promise<void> {
  const { runComplete } = await import('./completion/run-complete.js');
  await runComplete(program, words, context);
}

/** The whole tree of commands; also what completion reads. `onEnd` is told the code of the command that ran. */
export function createProgram(context: ProgramContext, onEnd: (code: ExitCode) => void): Command {
  const { output } = context;
  const program = new Command('temporal-polytomic')
    .description('Run, watch, schedule, report and provision Polytomic syncs by durable Temporal workflows.')
    .version(packageVersion())
    .exitOverride()
    .configureHelp({ showGlobalOptions: false, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => output.line(text.trimEnd()),
      writeErr: (text) => output.note(text.trimEnd()),
    });
  addRootOptions(program);
  addCommands(program, { output, act: createAct({ context, onEnd }) });
  pointToHelp(program, 'temporal-polytomic');
  return program.addHelpText(
    'after',
    `${examples(
      'run bulk "Warehouse to lake"',
      'run-all bulk --name "EU *" --max-concurrent 20',
      'status',
      'report nightly-2026-11-26 --html report.html',
      'doctor',
    )}\n\nExit codes: 0 completed, 1 failed, 2 usage, 3 canceled, 4 timed out, 5 no Temporal, 6 no worker,\n7 not allowed, 130 interrupted. The options above stand before or after the command.`,
  );
}

/** A wrong command line is answered with the help of that very command. */
function pointToHelp(command: Command, words: string): void {
  command.showHelpAfterError(`(see ${words} --help)`);
  for (const sub of command.commands) pointToHelp(sub, `${words} ${sub.name()}`);
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
  return version;
}
