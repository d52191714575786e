/** Runs a program to its end and keeps what it said. */
import { spawn } from 'node:child_process';
import { childEnvironment } from './child-environment';
import { lastLines } from './last-lines';

/** What to run, and for how long at most. */
export interface RunProgramOptions {
  /** Path or name of the program. */
  command: string;
  args: readonly string[];
  /** The program gets what it needs of it; nothing is added. */
  env: NodeJS.ProcessEnv;
  /** Working directory. Default: that of this process. */
  cwd?: string;
  /** Killed after this many milliseconds. Default: never. */
  timeoutMs?: number;
}

/** How a program ended: `ok` is exit code 0, `output` the last lines of stdout and stderr together. */
export interface ProgramEnd {
  ok: boolean;
  output: string;
}

/** Never rejects: a program that cannot be started, fails or is killed is an end that is not `ok`. */
export function runProgram({ command, args, env, cwd, timeoutMs }: RunProgramOptions): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: childEnvironment(env), cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = lastLines([child.stdout, child.stderr]);
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const end = (ok: boolean, reason: string): void => {
      clearTimeout(timer);
      resolve({ ok, output: output() || reason });
    };
    child.once('error', (error) => end(false, error.message));
    child.once('close', (code, signal) => {
      if (signal === 'SIGKILL' && timeoutMs !== undefined) end(false, `took longer than ${timeoutMs / 1000} s`);
      else end(code === 0, signal ? `ended by ${signal}` : `exit code ${code}`);
    });
  });
}
