/** The packed package, as users get it: what is in it, what it declares, and workers that start with it. */
import { cp, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { startEmulator, type Emulator } from '../../src/testing';
import * as workflows from '../../src/workflows';
import { connectTemporal, temporalAddress, uniqueTaskQueue, type TemporalConnections } from './support/harness';
import { runNode, startNode, type NodeEnd, type NodeProcess } from './support/node-process';
import { installPacked, repository, tsc, type PackedPackage } from './support/packed-package';
import type { UserWorkerArgument } from './support/users/worker';

const name = 'temporal-polytomic';

/** A folder of a user's, with the package in its node_modules. */
let userFolder: string;
let packed: PackedPackage;

beforeAll(async () => {
  userFolder = await realpath(await mkdtemp(join(tmpdir(), 'polytomic-package-')));
  packed = await installPacked(userFolder);
});
afterAll(async () => rm(userFolder, { recursive: true, force: true }));

describe('what is packed', () => {
  const textOf = (file: string): Promise<string> => readFile(join(packed.folder, file), 'utf8');

  it('is the program, its declarations and its papers: no test, no source, no source map', () => {
    const usual =
      /^(lib\/.*\.(js|d\.ts|json)|lib\/dev-server\/go\.(mod|sum)|lib\/cli\/report\/page\/page\.(css|html)|(README|CHANGELOG)\.md|LICENSE|package\.json)$/;
    expect(packed.files.filter((file) => !usual.test(file) || /\btests?\b/.test(file))).toEqual([]);
    expect(packed.files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'lib/dev-server/go.sum']));
  });

  it('mentions no path of the machine it was packed on, and no source map but the one that the SDK needs', async () => {
    const machine = [repository, homedir() + sep, tmpdir() + sep, 'sourceMappingURL'];
    const texts = await Promise.all(packed.files.map(async (file) => ({ file, text: await textOf(file) })));
    const map = /\/\/# sourceMappingURL=data:\S*base64,(\S+)$/;
    const read = texts.map(({ file, text }) => ({
      file,
      text: file === 'lib/workflow-bundle.js' ? text.replace(map, (_all, data: string) => atob(data)) : text,
    }));
    const found = read.filter(({ text }) => machine.some((part) => text.includes(part)));
    expect(found.map(({ file }) => file)).toEqual([]);
  });

  it('finds everything it loads, lazily or not, in itself, in node and in the packages that it declares', async () => {
    const missing: string[] = [];
    for (const file of packed.files.filter((candidate) => candidate.endsWith('.js'))) {
      const { resolve } = createRequire(join(packed.folder, file));
      for (const [, wanted = ''] of (await textOf(file)).matchAll(/\b(?:require|import)\(["']([^"']+)["']\)/g)) {
        if (!canResolve(resolve, wanted)) missing.push(`${file} loads ${wanted}`);
      }
    }
    expect(missing).toEqual([]);
  });

  it('has the declarations that it names, for resolvers old and new', () => {
    const { exports, typesVersions } = packed.manifest;
    const entries = Object.values(exports).filter((entry) => typeof entry !== 'string');
    const types = [...entries.map((entry) => entry.types), ...Object.values(typesVersions['*'] ?? {}).flat()];
    expect(types).toHaveLength(entries.length * 2 - 1);
    expect(types.filter((file) => !packed.files.includes(file.replace('./', '')))).toEqual([]);
  });

  it('has the JSON Schemas of every workflow at a door of their own', () => {
    const load = createRequire(join(userFolder, 'user.js'));
    const published = Object.keys(workflows).filter((workflow) => workflow !== 'polytomicSet');
    const files = published.flatMap((workflow) => [`${workflow}.input`, `${workflow}.result`]);
    for (const file of files) expect(load(`${name}/schemas/${file}.json`)).toMatchObject({ type: 'object' });
  });

  it('has a bin that runs', async () => {
    const bin = join(packed.folder, packed.manifest.bin[name] ?? '');
    expect((await readFile(bin, 'utf8')).split('\n')[0]).toBe('#!/usr/bin/env node');
    expect(await runNode({ args: [bin, '--version'], cwd: userFolder })).toBe(`${packed.manifest.version}\n`);
  });
});

describe('every door', () => {
  const sources = {
    '.': 'index',
    './workflow': 'workflow',
    './workflows': 'workflows/index',
    './testing': 'testing/index',
  };
  /** Prints what each of the modules exports; ES modules also see what every CommonJS module has. */
  const printExports = (load: string): string => `(async () => {
    const doors = {};
    for (const door of ${JSON.stringify(Object.keys(sources))}) {
      const names = Object.keys(await ${load}(door.replace('.', '${name}')));
      doors[door] = names.filter((name) => !['default', '__esModule', 'module.exports'].includes(name)).sort();
    }
    console.log(JSON.stringify(doors));
  })()`;

  it.each([
    ['require', 'commonjs'],
    ['import', 'module'],
  ])('gives to %s all that its source exports', async (load, type) => {
    const args = [`--input-type=${type}`, '--eval', printExports(load)];
    const doors: unknown = JSON.parse(await runNode({ args, cwd: userFolder }));
    const wanted = Object.entries(sources).map(async ([door, source]) => {
      const exported = (await import(`../../src/${source}`)) as object;
      return [door, Object.keys(exported).sort()] as const;
    });
    expect(doors).toEqual(Object.fromEntries(await Promise.all(wanted)));
    const known = [...Object.keys(sources), './schemas/*.json', './package.json'];
    expect(Object.keys(packed.manifest.exports).sort()).toEqual(known.sort());
  });
});

describe("users' own workers", () => {
  const types = ['commonjs', 'module'] as const;
  const ways = types.flatMap((type) => [
    { type, code: 'workflowsPath', given: 'worker' } as const,
    { type, code: 'workflowBundle', given: 'connection' } as const,
    { type, code: 'workflowBundle', given: 'both' } as const,
  ]);
  const running = new Map<(typeof ways)[number], { worker: NodeProcess; taskQueue: string }>();
  let emulator: Emulator;
  let temporal: TemporalConnections;
  let compiled: NodeEnd;

  beforeAll(async () => {
    [emulator, temporal] = await Promise.all([startEmulator({ durationMs: 200 }), connectTemporal()]);
    compiled = await compileProjects(types);
    const workflowBundle = await writeBundle(join(userFolder, 'module/workflows.js'));
    for (const way of ways) {
      const project = join(userFolder, way.type);
      const codes = {
        workflowsPath: { workflowsPath: join(project, 'workflows.js') },
        workflowBundle: { workflowBundle },
      };
      const argument: UserWorkerArgument = {
        address: temporalAddress(),
        taskQueue: uniqueTaskQueue(`package-${way.type}`),
        code: codes[way.code],
        given: way.given,
        polytomic: { apiKey: emulator.apiKey, url: emulator.url, requestsPerMinute: 600 },
      };
      const args = [join(project, 'worker.js'), JSON.stringify(argument)];
      running.set(way, { worker: startNode({ args, cwd: project }), taskQueue: argument.taskQueue });
    }
  });
  afterAll(async () => {
    await Promise.all([...running.values()].map(({ worker }) => worker.end('SIGKILL')));
    await temporal.close();
    await emulator.close();
  });

  it('compile against the declarations, which refuse what is wrong', () => {
    expect(compiled).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it.each(ways)(
    'run syncs in a project of type $type, with $code and the plugin given on $given, and end by themselves',
    async (way) => {
      const { worker, taskQueue } = running.get(way)!;
      const [lake, crm] = [emulator.addBulkSync().id, emulator.addModelSync().id];
      const run = (workflow: string, input: unknown): Promise<unknown> =>
        temporal.client.workflow.execute(workflow, {
          taskQueue,
          args: [input],
          workflowId: `${taskQueue}-${workflow}`,
        });
      const results = Promise.all([run('loadLake', lake), run('runModelSync', { syncId: crm })]);
      const end = await Promise.race([results, worker.ended]);
      expect(end).toMatchObject([expect.any(Number), { outcome: 'completed' }]);
      const runs = emulator.executions().filter(({ syncId }) => syncId === lake || syncId === crm);
      expect(runs.map(({ kind }) => kind).sort()).toEqual(['bulk', 'model']);
      expect(await worker.end('SIGTERM')).toMatchObject({ code: 0 });
    },
  );
});

/** The same files as projects of each type, which TypeScript and node compile and load accordingly. */
async function compileProjects(types: readonly string[]): Promise<NodeEnd> {
  for (const type of types) {
    await cp(join(__dirname, 'support/users'), join(userFolder, type), { recursive: true });
    await writeFile(join(userFolder, type, 'package.json'), JSON.stringify({ type }));
  }
  const compilerOptions = { module: 'node16', target: 'es2022', strict: true, skipLibCheck: true, types: ['node'] };
  await writeFile(join(userFolder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: types }));
  return startNode({ args: [tsc, '-p', userFolder], cwd: userFolder }).ended;
}

async function writeBundle(workflowsPath: string): Promise<{ codePath: string }> {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const codePath = join(userFolder, 'workflow-bundle.js');
  await writeFile(codePath, code);
  return { codePath };
}

function canResolve(resolve: NodeJS.RequireResolve, wanted: string): boolean {
  try {
    resolve(wanted);
    return true;
  } catch {
    return false;
  }
}
