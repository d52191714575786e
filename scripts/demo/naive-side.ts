/** Runs the naive loop as its supervisor would: a killed process begins again, from the top. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { NaiveEvent } from './events';
import type { Narrator } from './narrator';

/** What the demo needs of the naive side. */
export class NaiveSide {
  /** Waits that ended without an answer about the run that they were for. */
  lost = 0;
  readonly #waiting = new Set<string>();
  #child: ChildProcess | undefined;

  constructor(
    readonly args: string[],
    readonly narrator: Narrator,
  ) {}

  /** Resolves when the loop has ended by itself. */
  async run(): Promise<void> {
    while ((await this.#once()) !== 0) this.#tell('its supervisor runs the job again, from the top');
  }

  /** SIGKILL: every wait under way is lost. */
  kill(): void {
    this.lost += this.#waiting.size;
    this.#tell(`killed while it waited for ${[...this.#waiting].join(', ') || 'nothing'}`);
    this.#waiting.clear();
    this.#child?.kill('SIGKILL');
  }

  async #once(): Promise<number | null> {
    const file = join(__dirname, 'naive-loop.ts');
    const child = fork(file, this.args, { execArgv: ['--import', 'tsx'], stdio: 'inherit' });
    this.#child = child;
    child.on('message', (event: NaiveEvent) => this.#note(event));
    return new Promise((resolve) => child.once('exit', resolve));
  }

  #note({ name, what, why }: NaiveEvent): void {
    if (what === 'started') {
      this.#waiting.add(name);
      return this.#tell(`${name}: started`);
    }
    this.#waiting.delete(name);
    if (what === 'done') return this.#tell(`${name}: done, it believes`);
    this.lost += 1;
    this.#tell(`${name}: lost sight of the run (${why})`);
  }

  #tell(text: string): void {
    this.narrator.tell('naive loop', text);
  }
}
