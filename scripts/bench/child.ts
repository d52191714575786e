/** Processes of their own, so that each side's CPU time and memory can be told apart, and how they are asked for both. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { usage, usageWithoutGarbage, type Usage } from './memory-use';

/** What a child answers when it is asked. */
export interface ChildState extends Usage {
  /** Waits under way in it. */
  waiting: number;
}

/** A child that is ready. */
export interface Child {
  /** `collected`: after a collection of garbage. Default: as it is. */
  state(collected?: 'collected'): Promise<ChildState>;
  /** The next thing that it tells besides states. */
  told<T>(): Promise<T>;
  /** Ends it, by default gracefully. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Forks a file of this folder with one argument; resolves when the child says that it is ready. */
export async function startChild(file: string, argument: unknown): Promise<Child> {
  const execArgv = ['--import', 'tsx'];
  const child = fork(join(__dirname, file), [JSON.stringify(argument)], { execArgv });
  const ended = once(child, 'exit');
  await Promise.race([next(child, 'ready'), ended.then(() => Promise.reject(new Error(`${file} ended early`)))]);
  return {
    state: (how) => {
      const answer = next<ChildState>(child, 'state');
      child.send(how ?? 'asItIs');
      return answer;
    },
    told: () => next(child, 'result'),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
    },
  };
}

type Message = Partial<Record<'ready' | 'state' | 'result', unknown>>;

function next<T>(child: ChildProcess, name: keyof Message): Promise<T> {
  return new Promise((resolve) => {
    const listen = (message: Message): void => {
      if (!(name in message)) return;
      child.off('message', listen);
      resolve(message[name] as T);
    };
    child.on('message', listen);
  });
}

/** The argument of this child. */
export const childArgument = <T>(): T => JSON.parse(process.argv[2] ?? '{}') as T;

/** In the child: ready, and answering from now on. The child ends with its parent. */
export function answerAsChild(waiting: () => number): void {
  process.on('message', (how) => {
    const used = how === 'collected' ? usageWithoutGarbage() : usage();
    process.send?.({ state: { ...used, waiting: waiting() } satisfies ChildState });
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ ready: true });
}

/** In the child: tells the parent something. */
export const tellParent = (result: unknown): boolean | undefined => process.send?.({ result });
