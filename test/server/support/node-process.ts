/** Programs of users as child processes, with an environment of their own: nothing of the developer's settings reaches them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dieWithParent } from '../../../src/dev-server/die-with-parent';

/** What to run. */
export interface NodeProgram {
  /** Arguments of node: its options, the script, the script's arguments. */
  args: readonly string[];
  /** Also the home folder, so that no profile of the developer is found. */
  cwd: string;
  /** Besides PATH and HOME. Default: nothing. */
  env?: NodeJS.ProcessEnv;
}

/** How a program ended, and what it said. */
export interface NodeEnd {
  /** Null: ended by a signal. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A program that runs. It ends with this process at the latest. */
export interface NodeProcess {
  ended: Promise<NodeEnd>;
  /** The first line of its standard output, as soon as it is there. @throws Error when it ends without one */
  firstLine(): Promise<string>;
  /** Sends a signal and resolves once the program is gone. */
  end(signal: NodeJS.Signals): Promise<NodeEnd>;
}

/** Starts a program. */
export function startNode({ args, cwd, env }: NodeProgram): NodeProcess {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  dieWithParent(child);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  }
  const ended = once(child, 'close').then(([code]: (number | null)[]) => ({ code: code ?? null, ...said }));
  return {
    ended,
    firstLine: async () => {
      while (!said.stdout.includes('\n')) {
        const end = await Promise.race([once(child.stdout, 'data'), ended]);
        if ('code' in end && !said.stdout.includes('\n')) throw new Error(`it ended: ${end.stderr}`);
      }
      return said.stdout.split('\n', 1)[0] ?? '';
    },
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/**
 * Runs a program to its end and resolves to its standard output.
 * @throws Error with all that it said, when it does not end well.
 */
export async function runNode(program: NodeProgram): Promise<string> {
  const { code, stdout, stderr } = await startNode(program).ended;
  if (code !== 0) throw new Error(`node ${program.args.join(' ')} ended with code ${code}\n${stdout}${stderr}`);
  return stdout;
}
