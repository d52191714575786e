/** A worker in a process of its own, for tests that kill it. It runs the sources, so that nothing has to be built before. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { PolytomicPluginOptions } from '../../../src/settings/plugin-options';
import { bundle, temporalAddress } from './harness';

/** What a child is told; everything in it survives JSON. */
export interface ChildWorkerOptions {
  taskQueue: string;
  /** Default: the shared Temporal server. */
  address?: string;
  plugin: PolytomicPluginOptions;
}

/** The same with the path of the workflow bundle, as `child-worker-main` reads it from its one argument. */
export type ChildWorkerArgument = Required<ChildWorkerOptions> & { codePath: string };

/** How a process ended: its exit code, or the signal that ended it. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A worker that polls. */
export interface ChildWorker {
  /** Sends a signal and resolves once the process is gone. Default `SIGKILL`, which no code of ours can answer. */
  end(signal?: NodeJS.Signals): Promise<ProcessEnd>;
}

/** Starts a worker with the plugin; resolves once it polls. The child ends with this process, whatever ends that. */
export async function startChildWorker({
  address = temporalAddress(),
  ...options
}: ChildWorkerOptions): Promise<ChildWorker> {
  const { codePath } = bundle();
  const argument = JSON.stringify({ address, codePath, ...options } satisfies ChildWorkerArgument);
  const child = fork(join(__dirname, 'child-worker-main.ts'), [argument], { execArgv: ['--import', 'tsx'] });
  const ended = untilEnded(child);
  const early = ended.then(({ code }) => Promise.reject(new Error(`The child worker ended with code ${code}`)));
  await Promise.race([once(child, 'message'), early]);
  early.catch(() => undefined);
  return {
    end: (signal = 'SIGKILL') => {
      child.kill(signal);
      return ended;
    },
  };
}

async function untilEnded(child: ChildProcess): Promise<ProcessEnd> {
  const [code, signal] = (await once(child, 'exit')) as [ProcessEnd['code'], ProcessEnd['signal']];
  return { code, signal };
}
