/** Answers a shell that asks how a command line may go on. */
import type { Command } from 'commander';
import type { RootOptions } from '../root-options';
import type { ProgramContext } from '../session';
import { findWanted, toAnswer } from './complete';

/** Prints the answer. `words` are those after the program's name, the last one perhaps begun; `--` in front is ignored. */
export async function runComplete(program: Command, words: readonly string[], context: ProgramContext): Promise<void> {
  const asked = words[0] === '--' ? words.slice(1) : words;
  const wanted = findWanted(program, asked);
  const found = wanted.lookup
    ? await (await import('./look-up.js')).lookUp(wanted.lookup, rootOptions(program, asked), context)
    : wanted.completions;
  context.output.line(toAnswer(found, asked.at(-1) ?? '', wanted.directive));
}

/** Options that stand on the line so far say which Temporal to ask; what is wrong there is no matter of completion. */
function rootOptions(program: Command, words: readonly string[]): RootOptions {
  const quiet = program.copyInheritedSettings(program).exitOverride();
  try {
    quiet.parseOptions([...words]);
  } catch {
    // A value is missing yet.
  }
  return quiet.opts<RootOptions>();
}
