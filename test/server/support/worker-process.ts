/** `node lib/worker.js` as a child process: its lines, and its end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitUntil } from './wait-until';

/** A worker process under test. */
export interface WorkerProcess {
  /** Everything printed so far, errors included. */
  output(): string;
  /** Resolves to the first line that fits; rejects when the process ends without it. */
  untilLine(pattern: RegExp): Promise<string>;
  /** Sends a signal, if one is given, and resolves to the exit code (null: killed by the signal). */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** The built worker, with nothing in its environment but what it is given. */
export function startWorkerProcess(env: Record<string, string>): WorkerProcess {
  const child = spawn(process.execPath, [join(__dirname, '../../../lib/worker.js')], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const ended = once(child, 'close') as Promise<[number | null]>;
  const find = (pattern: RegExp): string | undefined => output.split('\n').find((line) => pattern.test(line));
  return {
    output: () => output,
    untilLine: async (pattern) => {
      const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
      await waitUntil(() => find(pattern) ?? isOver());
      const line = find(pattern);
      if (line === undefined) throw new Error(`The worker ended without a line like ${String(pattern)}:\n${output}`);
      return line;
    },
    end: async (signal) => {
      if (signal) child.kill(signal);
      return (await ended)[0];
    },
  };
}
