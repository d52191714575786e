/** A shell in a real pseudo-terminal, by tmux, and a worker beside it; the program runs from its sources. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 240_000;
const loader = resolve('node_modules/tsx/dist/loader.mjs');
const main = resolve('src/cli/main.ts');

/** What the pane is like. */
export interface PaneOptions {
  /** Where tmux keeps its socket. */
  folder: string;
  columns: number;
  rows: number;
  temporalAddress: string;
}

/** A shell in which `polytomic` is the program. */
export interface Pane {
  /** Types a line. */
  type: (line: string) => void;
  /** Presses a key, in tmux's words. */
  press: (key: string) => void;
  /** The screen, on request with its colors as escape sequences. */
  screen: (colored?: boolean) => string;
  /** Resolves to the screen once it shows all of this. */
  untilShown: (what: string, ...patterns: RegExp[]) => Promise<string>;
  close: () => void;
}

/** Opens it. */
export function openPane({ folder, columns, rows, temporalAddress }: PaneOptions): Pane {
  const socket = join(folder, 'tmux');
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
  const size = ['-x', String(columns), '-y', String(rows)];
  tmux('new-session', '-d', '-s', 'main', ...size, '-e', `TEMPORAL_ADDRESS=${temporalAddress}`, 'sh');
  const pane: Pane = {
    type(line) {
      tmux('send-keys', '-t', 'main', '-l', line);
      tmux('send-keys', '-t', 'main', 'Enter');
    },
    press: (key) => void tmux('send-keys', '-t', 'main', key),
    screen: (colored = false) => tmux('capture-pane', '-p', ...(colored ? ['-e'] : []), '-t', 'main'),
    async untilShown(what, ...patterns) {
      for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(200)) {
        const shown = pane.screen();
        if (patterns.every((pattern) => pattern.test(shown))) {
          console.log(`✓ ${what}`);
          return shown;
        }
      }
      throw new Error(`${what}: the screen never showed ${patterns.join(' and ')}\n${pane.screen()}`);
    },
    close: () => void tmux('kill-server'),
  };
  pane.type(`PS1='$ '; alias polytomic='${process.execPath} --import ${loader} ${main}'`);
  return pane;
}

/** Resolves once a worker polls. */
export async function untilWorker(pane: Pane): Promise<void> {
  pane.type('until polytomic list -q -o none --no-last-runs; do sleep 1; done; clear; echo ready');
  await pane.untilShown('a worker polls', /^ready$/m);
}

/** Starts a worker in a process of its own. */
export function startWorker(env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, ['--import', loader, main, 'worker'], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
}

/** Ends it as a crash would. */
export async function killWorker(worker: ChildProcess): Promise<void> {
  const gone = once(worker, 'exit');
  worker.kill('SIGKILL');
  await gone;
}
