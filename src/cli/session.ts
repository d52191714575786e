/** What a command works with: its settings, its output, and Temporal once it is needed. */
import { defaultTaskQueue } from '../contracts/names';
import type { CliError } from './cli-error';
import type { Temporal } from './connect';
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
  #temporal: Promise<Temporal> | undefined;

  constructor(
    readonly options: RootOptions,
    readonly context: ProgramContext,
  ) {
    const { output, env, terminal } = context;
    this.print = new Printer({ ...options, target: output, colors: createColors(options.color, env, terminal) });
  }

  get taskQueue(): string {
    return this.options.taskQueue ?? (this.context.env.POLYTOMIC_TASK_QUEUE || defaultTaskQueue);
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
    const temporal = await this.#temporal?.catch(() => undefined);
    await temporal?.connection.close();
  }

  /** Ends with the words for an error: what is wrong, then what to do. */
  tell({ message, nextStep }: CliError): void {
    const { colors } = this.print;
    this.print.error(`${colors.red('temporal-polytomic:')} ${message}`);
    if (nextStep !== undefined) this.print.error(`  ${nextStep}`);
  }

  async #connect(): Promise<Temporal> {
    const { connectTemporal } = await import('./connect.js');
    const temporal = await connectTemporal(this.options, { env: this.context.env, taskQueue: this.taskQueue });
    this.print.log('debug', `connected to ${temporal.address}, namespace ${temporal.namespace}`);
    return temporal;
  }
}
