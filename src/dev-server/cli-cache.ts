/** Where the Temporal CLI is kept once downloaded or built: outside any project, so that all of them share it. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder of the Go module that names the CLI and its dependencies, with their checksums. */
export const goModuleFolder = __dirname;

/** The version of the CLI that is downloaded or built, as `go.mod` requires it, such as `v1.8.2`. */
export function cliVersion(): string {
  const goMod = readFileSync(join(goModuleFolder, 'go.mod'), 'utf8');
  const version = /github\.com\/temporalio\/cli (v\S+)/.exec(goMod)?.[1];
  if (!version) throw new Error(`${goModuleFolder}/go.mod requires no version of github.com/temporalio/cli`);
  return version;
}

/** `temporal-polytomic/<version>/temporal` below `XDG_CACHE_HOME`, by default `~/.cache`. */
export function cachedCliPath(env: NodeJS.ProcessEnv): string {
  const caches = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  return join(caches, 'temporal-polytomic', cliVersion(), 'temporal');
}
