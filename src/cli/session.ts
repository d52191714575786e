/** What a command works with: its settings, its output, and Temporal once it is needed. */
import { defaultTaskQueue } from '../contracts/names';
import { CliError } from './cli-error';
import type { Temporal } from './connect';
import { exitCodes } from './exit-codes';
import { Interrupts } from './interrupts';
import type { Output } from './output';
import { Printer } from './printer';
import type { RootOptions } from './root-options';
import { createColors } from './style';
import type { Terminal } from './terminal';

/** What the program was started with. */
export interface ProgramContext {
  readonly output: Output;
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
}

/** One call of one command. */
export class Session {
  readonly print: Printer;
  readonly #leaving = new AbortController();
  #temporal: Promise<Temporal> | undefined;
  #interrupts: Interrupts | undefined;

  constructor(
    readonly options: RootOptions,
    readonly context: ProgramContext,
  ) {
    const { output, env, terminal } = context;
    this.print = new Printer({
      ...{ ...options, target: output },
      colors: createColors(options.color, env, terminal.showsData),
      wordColors: createColors(options.color, env, terminal.showsWords),
    });
  }

  get taskQueue(): string {
    return this.options.taskQueue ?? (this.context.env.POLYTOMIC_TASK_QUEUE || defaultTaskQueue);
  }

  /** Aborted, with a {@link CliError}, where the command ends before its work does. */
  get signal(): AbortSignal {
    return this.#leaving.signal;
  }

  /** Ends the command; what it started in Temporal goes on. */
  leave(reason: CliError): void {
    this.#leaving.abort(reason);
  }

  /** Interruptions, which leave the command unless something else listens. Begins to hear them at the first call. */
  get interrupts(): Interrupts {
    this.#interrupts ??= new Interrupts(() => this.leave(new CliError(exitCodes.interrupted, 'Interrupted')));
    return this.#interrupts;
  }

  /** Connects at the first call. @throws CliError */
  temporal(): Promise<Temporal> {
    this.#temporal ??= this.#connect();
    return this.#temporal;
  }

  /** The same, once workers poll both queues. @throws CliError */
  async temporalWithWorkers(): Promise<Temporal> {
    const [temporal, { requireWorkers }] = await Promise.all([this.temporal(), import('./pollers.js')]);
    await requireWorkers(temporal);
    return temporal;
  }

  async close(): Promise<void> {
    this.#interrupts?.close();
    const closing = this.#temporal?.then(({ connection }) => connection.close()).catch(() => undefined);
    // Who left waits for nothing more, not even for a connection that is being made.
    if (!this.signal.aborted) await closing;
  }

  /** Ends with the words for an error: what is wrong, then what to do. */
  tell({ message, nextStep }: CliError): void {
    const { wordColors } = this.print;
    this.print.error(`${wordColors.red('temporal-polytomic:')} ${message}`);
    if (nextStep !== undefined) this.print.error(`  ${nextStep}`);
  }

  async #connect(): Promise<Temporal> {
    const { connectTemporal } = await import('./connect.js');
    const temporal = await connectTemporal(this.options, { env: this.context.env, taskQueue: this.taskQueue });
    this.print.log('debug', `connected to ${temporal.address}, namespace ${temporal.namespace}`);
    return temporal;
  }
}
