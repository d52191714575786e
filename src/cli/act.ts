/** From commander's action to a command of ours: settings, Temporal on demand, errors as exit codes. */
import type { Command } from 'commander';
import { CliError } from './cli-error';
import { errorCode, exitCodes, type ExitCode } from './exit-codes';
import type { RootOptions } from './root-options';
import type { ProgramContext, Session } from './session';

/** One call of a command. */
export interface Call<O> {
  readonly session: Session;
  /** Its arguments, those of a list one after the other. */
  readonly args: readonly string[];
  /** Its own options; those of the program are the session's. */
  readonly options: O;
}

/** What a command does; the code it ends with, by default 0. */
export type Run<O> = (call: Call<O>) => Promise<ExitCode | void>;

/** Makes a commander action of what a command does. */
export type Act = <O = Record<string, never>>(run: Run<O>) => (this: Command) => Promise<void>;

/** Ends the process at once, for work that does not end by itself. */
export interface ActOptions {
  readonly context: ProgramContext;
  readonly onEnd: (code: ExitCode) => void;
}

/** Each action tells its code to `onEnd`; it rejects for nothing but defects. */
export function createAct({ context, onEnd }: ActOptions): Act {
  return <O>(run: Run<O>) =>
    async function action(this: Command): Promise<void> {
      const [{ Session: SessionClass }, { toCliError }] = await Promise.all([
        import('./session.js'),
        import('./cli-error.js'),
      ]);
      const session = new SessionClass(rootOf(this).opts<RootOptions>(), context);
      try {
        const call: Call<O> = { session, args: this.args, options: this.opts() as O };
        onEnd((await withTimeout(run(call), session.options.commandTimeout)) ?? exitCodes.ok);
      } catch (error) {
        const known = toCliError(error);
        session.tell(known);
        session.print.log('debug', error instanceof Error ? (error.stack ?? error.message) : String(error));
        onEnd(errorCode(known.exitCode, this.opts()));
      } finally {
        await session.close();
      }
    };
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command;
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number | undefined): Promise<T> {
  if (!timeoutMs) return work;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    const message = `The command did not end within its --command-timeout (${timeoutMs / 1000} s)`;
    const nextStep = 'What it started in Temporal goes on; see `temporal-polytomic status`';
    timer = setTimeout(() => reject(new CliError(exitCodes.timedOut, message, nextStep)), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Examples for the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ temporal-polytomic ${line}`).join('\n')}`;
}
