/**
 * Completion by cobra's protocol, `__complete WORD…`: lines of `value<TAB>description`, then `:` and a directive. Shells
 * call it through `temporal-polytomic completion SHELL`, and the Temporal CLI's own completion through the program
 * `temporal-__complete-polytomic`, as it looks for an extension of that name.
 */
import type { Argument, Command, Option } from 'commander';

/** Cobra's directives. */
export const directives = { default: 0, noFiles: 4 } as const;

/** One completion. */
export interface Completion {
  value: string;
  description: string;
}

/** What can be looked up in Temporal. */
export type Lookup = 'model syncs' | 'bulk syncs' | 'syncs' | 'open workflows' | 'workflows' | 'schedules';

/** What completes the last word: a fixed list, or something to look up. */
export interface Wanted {
  completions: Completion[];
  lookup?: Lookup;
  directive: number;
}

/** What the words so far lead to. Pure; `words` are those after the program, the last one perhaps begun. */
export function findWanted(program: Command, words: readonly string[]): Wanted {
  const before = words.slice(0, -1);
  const word = words.at(-1) ?? '';
  const { command, operands, pending } = walk(program, before);
  if (pending) return wantedValue(pending);
  if (word.startsWith('--') && word.includes('=')) {
    const option = optionsOf(command).find(({ long }) => long === word.slice(0, word.indexOf('=')));
    return option ? prefixed(wantedValue(option), `${option.long ?? ''}=`) : files();
  }
  if (word.startsWith('-')) return { completions: flagsOf(command), directive: directives.noFiles };
  const visible = command.commands.filter((sub) => !isHidden(sub));
  if (visible.length > 0) {
    return {
      completions: visible.map((sub) => ({ value: sub.name(), description: sub.description() })),
      directive: directives.noFiles,
    };
  }
  return wantedArgument(command, operands);
}

interface Walked {
  command: Command;
  operands: string[];
  /** An option whose value comes next. */
  pending: Option | undefined;
}

function walk(program: Command, words: readonly string[]): Walked {
  let command = program;
  let pending: Option | undefined;
  const operands: string[] = [];
  for (const word of words) {
    if (pending) {
      pending = undefined;
      continue;
    }
    if (word.startsWith('-')) {
      const option = optionsOf(command).find(({ long, short }) => word === long || word === short);
      pending = option && (option.required || option.optional) ? option : undefined;
      continue;
    }
    const sub = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (sub && operands.length === 0) command = sub;
    else operands.push(word);
  }
  return { command, operands, pending };
}

/** A command's own options, and those of the programs around it. */
function optionsOf(command: Command): Option[] {
  return [...command.options, ...(command.parent ? optionsOf(command.parent) : [])];
}

function flagsOf(command: Command): Completion[] {
  return optionsOf(command)
    .filter(({ hidden, long }) => !hidden && long !== undefined)
    .map(({ long, description }) => ({ value: long ?? '', description }));
}

function isHidden(command: Command): boolean {
  return (command as Command & { _hidden?: boolean })._hidden === true;
}

function wantedValue({ argChoices, long }: Option): Wanted {
  if (argChoices) return choices(argChoices);
  if (long === '--sync') return { completions: [], lookup: 'syncs', directive: directives.noFiles };
  const isFile = /file|html|csv|trace|path|input/.test(long ?? '');
  return isFile ? files() : { completions: [], directive: directives.noFiles };
}

/** What an argument of this name is, and whether it may be looked up. */
function wantedArgument(command: Command, operands: readonly string[]): Wanted {
  const { registeredArguments: args } = command;
  const argument: Argument | undefined = args[operands.length] ?? (args.at(-1)?.variadic ? args.at(-1) : undefined);
  if (!argument) return { completions: [], directive: directives.noFiles };
  if (argument.argChoices) return choices(argument.argChoices);
  const lookup = lookupOf(command.name(), argument.name(), operands);
  return lookup ? { completions: [], lookup, directive: directives.noFiles } : files();
}

function lookupOf(command: string, argument: string, operands: readonly string[]): Lookup | undefined {
  if (argument === 'name-or-id') return operands[0] === 'model' ? 'model syncs' : 'bulk syncs';
  if (argument === 'target') {
    const kinds: Record<string, Lookup> = { model: 'model syncs', bulk: 'bulk syncs' };
    return kinds[operands[1] ?? ''];
  }
  if (argument === 'sync-or-step') return 'syncs';
  if (argument === 'workflow|sync|execution') return 'open workflows';
  if (argument === 'schedule') return 'schedules';
  if (argument !== 'workflow') return undefined;
  return ['report', 'retry', 'explain', 'show'].includes(command) ? 'workflows' : 'open workflows';
}

function choices(values: readonly string[]): Wanted {
  return { completions: values.map((value) => ({ value, description: '' })), directive: directives.noFiles };
}

function prefixed({ completions, ...wanted }: Wanted, prefix: string): Wanted {
  return { ...wanted, completions: completions.map((one) => ({ ...one, value: prefix + one.value })) };
}

function files(): Wanted {
  return { completions: [], directive: directives.default };
}

/** The answer as cobra prints it: only what begins as the word does. */
export function toAnswer(completions: readonly Completion[], word: string, directive: number): string {
  const lines = completions
    // A line of the answer is a completion: no name of others adds one.
    .filter(({ value }) => value.toLowerCase().startsWith(word.toLowerCase()) && !/\p{Cc}/u.test(value))
    .map(({ value, description }) => (description === '' ? value : `${value}\t${firstLine(description)}`));
  return [...lines, `:${directive}`].join('\n');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.replace(/\t/g, ' ').slice(0, 80) ?? '';
}
