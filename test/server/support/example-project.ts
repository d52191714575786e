/** A project of examples/ as a user has it: a copy of its own, with the packed package in a node_modules above it. */
import { cp, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runNode, startNode, type NodeProcess } from './node-process';
import { installPacked, repository, tsc } from './packed-package';

/** Copies that share one installation of the package. */
export interface ExampleProjects {
  /** Copies a folder of examples/. `env` is what its programs find besides PATH and HOME. */
  add(name: string, env: NodeJS.ProcessEnv): Promise<ExampleProject>;
  /** Type checks all of them, by a tsconfig.json that is theirs. @throws Error with what is wrong */
  checkTypes(): Promise<void>;
  /** Removes them all. */
  remove(): Promise<void>;
}

/** One copy. */
export interface ExampleProject {
  folder: string;
  /** Starts what package.json calls by this name, as `npm run NAME -- ARGS` does. */
  start(name: string, ...args: string[]): Promise<NodeProcess>;
  /** Starts it and answers what it printed. @throws Error when it does not end well */
  run(name: string, ...args: string[]): Promise<string>;
}

/** Packs the package and installs it. @param others what the examples need besides */
export async function installForExamples(others: readonly string[] = []): Promise<ExampleProjects> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'polytomic-examples-')));
  await installPacked(root, ['tsx', ...others]);
  return {
    add: async (name, env) => {
      const folder = join(root, name);
      const filter = (path: string): boolean => basename(path) !== 'node_modules';
      await cp(join(repository, 'examples', name), folder, { recursive: true, filter });
      return projectIn(folder, env);
    },
    checkTypes: async () => {
      // They have one and the same, so one run of the compiler does for all.
      const shared = join(repository, 'examples/nightly/tsconfig.json');
      const tsconfig = JSON.parse(await readFile(shared, 'utf8')) as object;
      await writeFile(join(root, 'tsconfig.json'), JSON.stringify({ ...tsconfig, include: ['*/src'] }));
      await runNode({ args: [tsc, '-p', root], cwd: root });
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

function projectIn(folder: string, env: NodeJS.ProcessEnv): ExampleProject {
  const program = async (name: string, args: string[]) => ({
    args: [...(await scriptOf(folder, name)), ...args],
    cwd: folder,
    env,
  });
  return {
    folder,
    start: async (name, ...args) => startNode(await program(name, args)),
    run: async (name, ...args) => runNode(await program(name, args)),
  };
}

async function scriptOf(folder: string, name: string): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const [program, ...args] = scripts[name]?.split(' ') ?? [];
  if (program !== 'tsx') throw new Error(`The script ${name} was expected to be run by tsx`);
  return ['--import', 'tsx', ...args];
}
