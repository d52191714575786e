/** `completion SHELL`: the script that teaches a shell our commands, options and the names of syncs. */
import { Argument, type Command } from 'commander';
import { examples, type Act, type Call } from '../act';
import type { Output } from '../output';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** Adds the command. */
export function addCompletionCommand(program: Command, act: Act, output: Output): void {
  program
    .command('completion')
    .description('Print the script that completes commands, options, and names of syncs, workflows and schedules.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText(
      'after',
      `${examples('completion bash >> ~/.bashrc', 'completion zsh > "${fpath[1]}/_temporal-polytomic"')}\n
Through \`temporal polytomic …\`, the completion of the Temporal CLI itself does it: temporal completion bash`,
    )
    .action(act((call) => run(call, output)));
}

/** The library prints to the console, wherever that is. */
async function run({ args }: Call<Record<string, never>>, output: Output): Promise<void> {
  const { script } = await import('@bomb.sh/tab');
  const { log } = console;
  const lines: string[] = [];
  console.log = (...texts: unknown[]) => void lines.push(texts.join(' '));
  try {
    script(args[0] ?? '', 'temporal-polytomic', 'temporal-polytomic');
  } finally {
    console.log = log;
  }
  output.line(lines.join('\n'));
}
