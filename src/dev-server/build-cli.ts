/** Builds the Temporal CLI with Go from its published module. */
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keepProgram } from './checksum';
import { cachedCliPath, cliVersion, goModuleFolder } from './cli-cache';
import { programsOnPath } from './executable';
import { runProgram } from './run-program';
import type { Found, Search } from './search';
import { withProgress } from './with-progress';

/** The published module replaces a part of itself by a relative path, which `go install` refuses; our go.mod does not. */
const cliPackage = 'github.com/temporalio/cli/cmd/temporal';

/** Builds in the folder of our own go.mod and go.sum, and moves the program into the cache when it is whole. */
export async function buildCli({ env, log }: Search): Promise<Found> {
  const [go] = await programsOnPath('go', env);
  if (!go) return { reason: 'Go build: no go on the PATH' };
  const target = cachedCliPath(env);
  const folder = await mkdtemp(join(dirname(target), 'build-'));
  try {
    const program = join(folder, 'temporal');
    const { ok, output } = await withProgress(
      log,
      `Building the Temporal server ${cliVersion()} with Go, once, for minutes`,
      () =>
        runProgram({
          command: go,
          args: ['build', '-trimpath', '-ldflags=-s -w', '-o', program, cliPackage],
          cwd: goModuleFolder,
          // A go.work file further up would put our module aside.
          env: { ...env, CGO_ENABLED: '0', GOWORK: 'off' },
        }),
    );
    if (!ok) return { reason: `Go build: ${output}` };
    await keepProgram(program, target);
    log(`The Temporal server is built: ${target}`);
    return { path: target };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
