/** From commander's action to a command of ours: settings, Temporal on demand, errors as exit codes. */
import type { Command } from 'commander';
import { systemClock } from '../polytomic/clock';
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

/** What actions are made with. */
export interface ActOptions {
  readonly context: ProgramContext;
  /** Told of the code of the command that ran. */
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
        onEnd((await untilLeft(session, run(call))) ?? exitCodes.ok);
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

/** The work, or its end by Ctrl-C or `--command-timeout`, whichever comes first. */
async function untilLeft<T>(session: Session, work: Promise<T>): Promise<T> {
  const { signal, options, interrupts } = session;
  const stopTimer = systemClock.setTimer(options.commandTimeout || Infinity, () => session.leave(timeUp(options)));
  let onAbort: () => void = () => undefined;
  const left = new Promise<never>((_resolve, reject) => {
    // Work that heeds the signal ends first, in words of its own.
    onAbort = (): void => void setImmediate(() => reject(signal.reason as Error));
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work, left]);
  } finally {
    stopTimer();
    signal.removeEventListener('abort', onAbort);
    interrupts.close();
  }
}

function timeUp({ commandTimeout = 0 }: RootOptions): CliError {
  const message = `The command did not end within its --command-timeout (${commandTimeout / 1000} s)`;
  const nextStep = 'What it started in Temporal goes on; see `temporal-polytomic status`';
  return new CliError(exitCodes.timedOut, message, nextStep);
}

/** Examples for the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ temporal-polytomic ${line}`).join('\n')}`;
}
