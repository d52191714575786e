/** A worker that runs alone, from settings in the environment: `node lib/worker.js`. */
import './hosting/end-worker-unless-met';
import { setTimeout as sleep } from 'node:timers/promises';
import { GracefulShutdownPeriodExpiredError, Worker } from '@temporalio/worker';
import { checkCredentials } from './hosting/check-credentials';
import { loadWorkerSettings, processEnvironment, type WorkerSettings } from './config';
import { ConfigError } from './settings/config-error';
import { connectTemporal, loadTemporalConfig, type TemporalConnection } from './hosting/connect-temporal';
import { reportFatal, reportFatalError } from './hosting/fatal-error';
import { startHealthServer, type HealthServer } from './hosting/health';
import { installRuntime } from './hosting/install-runtime';
import { maxCachedWorkflows } from './hosting/max-cached-workflows';
import { PolytomicPlugin } from './plugin';
import { reasonOf } from './hosting/reason-of';
import { resolveOptions } from './settings/resolve-options';
import { checkSearchAttributes } from './hosting/search-attributes';
import { toStartLine } from './hosting/start-line';
import { stopOnStrayErrors } from './hosting/stray-errors';
import { wantsJson } from './hosting/wants-json';
import { createWorkerLog } from './hosting/worker-log';
import { locateWorkflows } from './hosting/workflow-bundle';

/** Activities under way get this long to end by themselves; waits hand over at once. */
const graceTimeMs = 10_000;
/** The process is to end within 20 s of a signal, so that nobody needs to kill it. */
const forceTimeMs = 17_000;

/** For whoever runs a worker inside a process of their own. */
export interface WorkerProcessOptions {
  /** Takes single lines. Default: standard output. */
  readonly log?: (line: string) => void;
  /** Stops the worker gracefully. SIGTERM and SIGINT do so anyway. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a worker with our workflows and activities until it is stopped. Waits for a Temporal server that is still coming
 * up; stopping cancels nothing in Polytomic.
 *
 * @throws ConfigError for wrong or missing settings, any other Error when the worker cannot run.
 */
export async function runWorkerProcess(env: NodeJS.ProcessEnv, options: WorkerProcessOptions = {}): Promise<void> {
  const { log: print = (line) => console.log(line), signal = new AbortController().signal } = options;
  const settings = loadWorkerSettings(env);
  const temporal = loadTemporalConfig(env);
  const logger = createWorkerLog({ print, ...settings });
  const log = (line: string): void => void logger.info(line);
  const warn = (line: string): void => void logger.warn(line);
  installRuntime({ logger, ...settings });
  settings.warnings?.forEach(warn);
  let worker: Worker | undefined;
  const health = await serveHealth(settings, () => worker?.getState() === 'RUNNING');
  let connected: TemporalConnection | undefined;
  try {
    const { organizations } = resolveOptions(settings.options, { info: log, warn }, { env: processEnvironment() });
    await checkCredentials(organizations.values(), warn);
    connected = await connectTemporal(temporal, { log, signal });
    // Before a worker holds the connection, which could not be closed then.
    if (settings.options.searchAttributes) await checkSearchAttributes(connected, { warn });
    worker = await createWorker(connected, settings, log);
    const startLine = toStartLine({ ...connected, ...settings, organizations });
    await runUntilStopped(worker, { log, signal, startLine });
  } catch (error) {
    if (!signal.aborted) throw error;
    log(`Stopped before it was polling (${reasonOf(error)})`);
  } finally {
    health?.close();
    await connected?.connection.close();
  }
}

/** The code a process should end with: 2 for wrong settings, 1 for any other failure. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof ConfigError ? 2 : 1;
}

async function serveHealth(
  { healthPort }: WorkerSettings,
  isHealthy: () => boolean,
): Promise<HealthServer | undefined> {
  if (healthPort === undefined) return undefined;
  try {
    return await startHealthServer(healthPort, isHealthy);
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new ConfigError([`POLYTOMIC_HEALTH_PORT: port ${healthPort} cannot be had (${code})`]);
  }
}

/** The wait worker beside it stays unversioned: a wait serves the runs of every version, and outlives its own. */
function createWorker(
  { connection, namespace }: TemporalConnection,
  settings: WorkerSettings,
  log: (line: string) => void,
): Promise<Worker> {
  const { deployment } = settings;
  return Worker.create({
    connection,
    namespace,
    taskQueue: settings.taskQueue,
    ...locateWorkflows(log),
    maxCachedWorkflows,
    ...(deployment && {
      workerDeploymentOptions: {
        version: deployment,
        useWorkerVersioning: true,
        defaultVersioningBehavior: 'AUTO_UPGRADE',
      },
    }),
    plugins: [new PolytomicPlugin(settings.options)],
    shutdownGraceTime: graceTimeMs,
    shutdownForceTime: forceTimeMs,
  });
}

interface RunOptions {
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  readonly startLine: string;
}

async function runUntilStopped(worker: Worker, { log, signal, startLine }: RunOptions): Promise<void> {
  const stop = (): void => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  signal.addEventListener('abort', stop, { once: true });
  const ended = worker.run();
  try {
    await Promise.race([ended, untilPolling(worker)]);
    if (worker.getState() === 'RUNNING') log(startLine);
    if (signal.aborted) stop();
    await ended;
    log('Stopped');
  } catch (error) {
    if (!(error instanceof GracefulShutdownPeriodExpiredError)) throw error;
    log('Stopped before some activities had ended; the server gives them to another worker');
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The SDK tells nobody when a worker starts polling. */
async function untilPolling(worker: Worker): Promise<void> {
  while (worker.getState() === 'INITIALIZED') await sleep(20);
}

async function main(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const env = processEnvironment();
  // Wrong settings are reported in the form that the log would have had.
  const report = { print: (text: string) => console.error(text), asJson: wantsJson(env) };
  const strayErrors = stopOnStrayErrors({ log: (line) => reportFatal(line, report), stop: () => stop.abort() });
  try {
    await runWorkerProcess(env, { signal: stop.signal });
    process.exit(strayErrors.met() ? 1 : 0);
  } catch (error) {
    reportFatalError(error, report);
    process.exit(exitCodeOf(error));
  }
}

if (require.main === module) void main();
