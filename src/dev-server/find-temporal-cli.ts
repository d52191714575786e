/** Finds a Temporal CLI, the program that holds the dev server, or makes one; the ways are tried from cheap to dear. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buildCli } from './build-cli';
import { cachedCliPath } from './cli-cache';
import { downloadCli } from './download-cli';
import { isAsKept } from './checksum';
import { isExecutable, programsOnPath } from './executable';
import { withFileLock } from './file-lock';
import { runProgram } from './run-program';
import type { Found, Search, Way } from './search';
import { withProgress } from './with-progress';

const versionTimeoutMs = 20_000;
const advice =
  'What to do: install the Temporal CLI so that `temporal` is on the PATH, or set TEMPORAL_CLI_PATH to it, ' +
  'or install Go 1.26.4 or newer and try again (it is then built once and kept).';

/** The environment that is searched, and who is told of slow steps. */
export interface FindTemporalCliOptions {
  /** Read: TEMPORAL_CLI_PATH, PATH, XDG_CACHE_HOME, HOME; programs that are run get what they need of it. Default: process.env. */
  env?: NodeJS.ProcessEnv;
  /** Takes progress lines. Default: stderr. */
  log?: Search['log'];
  /** The way that needs a network other than Go's. Default: the Temporal SDK's own download. */
  download?: Way;
}

/**
 * The path of a Temporal CLI: `TEMPORAL_CLI_PATH`, then the PATH, our cache, the Temporal SDK's own download, and at
 * last a build with Go, which takes minutes and is kept in the cache. Two processes never download or build at once.
 * @throws Error that lists what was tried and what to do; at once if `TEMPORAL_CLI_PATH` names no executable file.
 */
export async function findTemporalCli({
  env = process.env,
  log = (line) => void process.stderr.write(`${line}\n`),
  download = downloadCli,
}: FindTemporalCliOptions = {}): Promise<string> {
  const search: Search = { env, log };
  if (env.TEMPORAL_CLI_PATH) return namedByUser(env.TEMPORAL_CLI_PATH);
  const tried = ['TEMPORAL_CLI_PATH: not set'];
  const quick = await firstFound(search, [onPath, inCache], tried);
  if (quick) return quick;
  const cached = cachedCliPath(env);
  await makeFolder(dirname(cached));
  const onWait = (wait: () => Promise<void>): Promise<void> =>
    withProgress(log, 'Waiting for another process that downloads or builds the Temporal server', wait);
  // Who waited for the lock finds the other process's work in the cache.
  const made = await withFileLock({ path: `${cached}.lock`, onWait }, () =>
    firstFound(search, [inCache, download, buildCli], tried),
  );
  if (made) return made;
  throw new Error(
    `No Temporal server could be found or built. Tried:\n- ${[...new Set(tried)].join('\n- ')}\n${advice}`,
  );
}

async function firstFound(search: Search, ways: readonly Way[], tried: string[]): Promise<string | undefined> {
  for (const way of ways) {
    const found = await way(search);
    if ('path' in found) return found.path;
    tried.push(found.reason);
  }
  return undefined;
}

async function namedByUser(path: string): Promise<string> {
  if (await isExecutable(path)) return path;
  throw new Error(`TEMPORAL_CLI_PATH is ${path}, which is not an executable file`);
}

/** Other programs bear the name too, so each is asked who it is. */
async function onPath({ env, log }: Search): Promise<Found> {
  for (const path of await programsOnPath('temporal', env)) {
    const { ok, output } = await runProgram({ command: path, args: ['--version'], env, timeoutMs: versionTimeoutMs });
    if (ok && /^temporal version .*\bserver\b/im.test(output)) return { path };
    log(`${path} is not the Temporal CLI (asked for --version), looking further`);
  }
  return { reason: 'PATH: no Temporal CLI named temporal' };
}

async function inCache({ env }: Search): Promise<Found> {
  const path = cachedCliPath(env);
  if (!(await isExecutable(path))) return { reason: `cache: no ${path}` };
  return (await isAsKept(path)) ? { path } : { reason: `cache: ${path} is not what was put there; remove it` };
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw new Error(`The cache folder ${path} cannot be made. ${advice}`, { cause });
  }
}
