/** The bin as a child process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll } from '@jest/globals';
import { cliProgram } from '../../support/cli-program';

/** What the bin is called with. */
export interface CliCall {
  args: readonly string[];
  /** Besides PATH and HOME. Default: nothing. */
  env?: NodeJS.ProcessEnv;
}

/** A bin that runs. */
export interface CliProcess {
  child: ChildProcess;
  /** Everything said so far, on both streams. */
  said: () => string;
  /** Standard output so far: the data. */
  stdout: () => string;
  /** Standard error so far: the words. */
  stderr: () => string;
  /** Resolves to the first match in what is said; rejects, with all that was said, if it ends before. */
  untilSaid: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Resolves to the exit code, or the signal that ended it. */
  ended: Promise<number | string>;
}

/** How a call ended. */
export interface CliEnd {
  code: number | string;
  stdout: string;
  stderr: string;
}

const running = new Set<ChildProcess>();

// What a failed test leaves behind would keep Jest from exiting.
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Calls the bin, and resolves once it has ended. */
export async function callCli(call: CliCall): Promise<CliEnd> {
  const cli = startCli(call);
  const code = await cli.ended;
  return { code, stdout: cli.stdout(), stderr: cli.stderr() };
}

/** Starts the bin. */
export function startCli({ args, env }: CliCall): CliProcess {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [...cliProgram, ...args], { env: { PATH, HOME, ...env } });
  running.add(child);
  child.once('close', () => running.delete(child));
  let said = '';
  const streams = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said += text;
      streams[name] += text;
    });
  }
  const ended = once(child, 'close').then(([code, signal]: (number | string)[]) => code ?? signal ?? '');
  const untilSaid = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolveMatch, reject) => {
      const look = (): void => {
        const match = pattern.exec(said);
        if (match) resolveMatch(match);
      };
      look();
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      void ended.then((end) => reject(new Error(`Ended (${end}) before it said ${pattern}:\n${said}`)));
    });
  return { child, said: () => said, stdout: () => streams.stdout, stderr: () => streams.stderr, untilSaid, ended };
}
