/** Programs of the examples in Python, run as their users run them: a virtual environment, an environment of their own. */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const examples = resolve(__dirname, '../../examples');
const home = join(examples, 'python');
const python = join(home, '.venv/bin/python');

/** How a call of a program ended. */
export interface Call {
  code: number;
  /** The line that it printed, parsed. */
  said: Record<string, unknown>;
}

/** A call under way. */
export interface Running {
  ended: Promise<Call>;
  /** Asks it to end, as schedulers do. */
  terminate: () => void;
}

/** Programs against one Temporal server; a script is named by its place in examples/. */
export interface Programs {
  start: (script: string, ...args: string[]) => Running;
  run: (script: string, ...args: string[]) => Promise<Call>;
  /** A program that serves until it is killed. */
  serve: (script: string) => ChildProcess;
}

/** Makes the virtual environment, and installs what the examples need. Needs Python 3.10 or newer and PyPI. */
export function installRequirements(): void {
  const call = (program: string, args: string[]): void => void execFileSync(program, args, { stdio: 'inherit' });
  if (!existsSync(python)) call('python3', ['-m', 'venv', join(home, '.venv')]);
  call(python, ['-m', 'pip', 'install', '--quiet', '-r', join(home, 'requirements.txt')]);
}

/** Programs that find the Temporal server at `address`. */
export function programsFor(address: string): Programs {
  const env = { PATH: process.env.PATH, TEMPORAL_ADDRESS: address, PYTHONDONTWRITEBYTECODE: '1' };
  const start = (script: string, ...args: string[]): Running => {
    let terminate = (): void => undefined;
    const ended = new Promise<Call>((done, reject) => {
      const child = execFile(python, [join(examples, script), ...args], { env }, (_error, stdout, stderr) => {
        if (stderr) return reject(new Error(stderr));
        done({ code: child.exitCode ?? -1, said: JSON.parse(stdout) as Call['said'] });
      });
      terminate = () => void child.kill('SIGTERM');
    });
    return { ended, terminate };
  };
  return {
    start,
    run: (script, ...args) => start(script, ...args).ended,
    serve: (script) => spawn(python, [join(examples, script)], { env, stdio: 'inherit' }),
  };
}
