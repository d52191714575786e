/** Starts a real Temporal server, the one inside the Temporal CLI, as a child process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { childEnvironment } from './child-environment';
import { dieWithParent } from './die-with-parent';
import { findTemporalCli } from './find-temporal-cli';
import { freePorts, loopback } from './free-ports';
import { lastLines } from './last-lines';
import { untilServing } from './until-serving';
import type { Log } from './with-progress';

const stopWithinMs = 10_000;

/** How to start the server; everything has a default. */
export interface DevServerOptions {
  /** Takes progress lines of a search for the program. Default: stderr. */
  log?: Log;
  /** SQLite file that keeps workflows over restarts. Default: in memory. */
  dbFile?: string;
  /** gRPC port. Default: a free one. */
  port?: number;
  /** Port of the Web UI. Default: a free one. */
  uiPort?: number;
  /** Namespace to have, besides `default`, which always exists. Default: `default`. */
  namespace?: string;
  /** Leaves out the Web UI. Default: false. */
  headless?: boolean;
  /** Further arguments of `temporal server start-dev`, after ours. Default: none. */
  extraArgs?: readonly string[];
  /** The program. Default: what `findTemporalCli` finds. */
  cliPath?: string;
  /** Environment of the search and of the server. Default: process.env. */
  env?: NodeJS.ProcessEnv;
}

/** A running server. It ends with this process at the latest, even when this process is killed. */
export interface DevServer {
  /** Host and gRPC port, as Temporal clients take it. */
  address: string;
  /** The Web UI, unless headless. */
  uiUrl?: string;
  namespace: string;
  pid: number;
  /** Ends the server, by force after ten seconds; resolves when it is gone. May be called again, and after `kill`. */
  stop: () => Promise<void>;
  /** Kills the server on the spot (SIGKILL), to see what happens then; await `stop` before using its ports again. */
  kill: () => void;
}

/**
 * Starts a server and waits until it answers for its namespace. Given the same `dbFile` and ports, a later server goes
 * on where an earlier one stopped or was killed.
 * @throws Error if a port is taken; with the server's own last lines if it ends or does not answer within a minute.
 */
export async function startDevServer(options: DevServerOptions = {}): Promise<DevServer> {
  const { log, namespace = 'default', headless = false, env = process.env } = options;
  const cliPath = options.cliPath ?? (await findTemporalCli({ env, log }));
  const [port = 0, uiPort = 0] = await freePorts([options.port, options.uiPort]);
  const address = `${loopback}:${port}`;
  const args = serverArguments({ ...options, namespace, port, uiPort });
  // Detached, so that a Ctrl-C in a terminal does not take the server away while workers still hand over their work.
  const child = spawn(cliPath, args, { env: childEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  dieWithParent(child);
  const output = lastLines([child.stdout, child.stderr]);
  const ended = whenEnded(child);
  await untilServing({ address, namespace, ended }).catch(async (error: Error) => {
    child.kill('SIGKILL');
    await ended;
    throw new Error(`The Temporal server ${cliPath} did not start: ${error.message}\n${output()}`);
  });
  return {
    address,
    ...(headless ? {} : { uiUrl: `http://${loopback}:${uiPort}` }),
    namespace,
    pid: child.pid ?? 0,
    stop: () => stop(child, ended),
    kill: () => void child.kill('SIGKILL'),
  };
}

interface ServerSettings extends DevServerOptions {
  namespace: string;
  port: number;
  uiPort: number;
}

function serverArguments({ namespace, port, uiPort, headless, dbFile, extraArgs = [] }: ServerSettings): string[] {
  return [
    ...['server', 'start-dev', '--ip', loopback, '--port', String(port)],
    ...(headless ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...(namespace === 'default' ? [] : ['--namespace', namespace]),
    ...(dbFile ? ['--db-filename', dbFile] : []),
    // Half as fast again; what a crash of the whole machine could lose is of no worth here.
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=OFF'],
    ...extraArgs,
  ];
}

/** Resolves to how the process ended, in words. */
function whenEnded(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ? `it was ended by ${signal}` : `it ended with code ${code}`));
  });
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await ended;
  clearTimeout(force);
}
