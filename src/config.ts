/** Settings from environment variables. The only file that touches `process.env`; all others get what they need. */
import { readConfigFile, type ConfigFile } from './settings/config-file';
import { ConfigError } from './settings/config-error';
import { createEnvReader, type EnvReader } from './settings/env-reader';
import type { PolytomicPluginOptions } from './settings/plugin-options';
import { resolveOptions } from './settings/resolve-options';

/** Task queue of the worker, when `POLYTOMIC_TASK_QUEUE` names none. */
export const defaultTaskQueue = 'polytomic';

/** Settings of a worker that runs alone. */
export interface WorkerSettings {
  readonly options: PolytomicPluginOptions;
  readonly taskQueue: string;
  /** Port of `GET /healthz`; 0 takes a free one. Undefined: none is served. */
  readonly healthPort?: number;
}

/** Which variable sets which option, where they are not named alike. */
const variables: Readonly<Record<string, string>> = {
  apiKey: 'POLYTOMIC_API_KEY',
  apiKeyFile: 'POLYTOMIC_API_KEY_FILE',
  organizationId: 'POLYTOMIC_ORGANIZATION_ID',
  deploymentKey: 'POLYTOMIC_DEPLOYMENT_KEY',
  url: 'POLYTOMIC_URL',
  apiVersion: 'POLYTOMIC_API_VERSION',
  organizations: 'POLYTOMIC_CONFIG',
  operations: 'POLYTOMIC_OPERATIONS',
  secretsDir: 'POLYTOMIC_SECRETS_DIR',
  logSink: 'POLYTOMIC_LOGS_DIR',
  caFile: 'POLYTOMIC_CA_FILE',
  clientCertFile: 'POLYTOMIC_CLIENT_CERT_FILE',
  clientKeyFile: 'POLYTOMIC_CLIENT_KEY_FILE',
  heartbeatTimeout: 'POLYTOMIC_HEARTBEAT_TIMEOUT',
  cancelTimeout: 'POLYTOMIC_CANCEL_TIMEOUT',
  allowHttp: 'POLYTOMIC_ALLOW_HTTP',
};

/**
 * Options of the plugin from `POLYTOMIC_…` variables, checked.
 *
 * @throws ConfigError that lists every variable which is missing or wrong.
 */
export function loadPolytomicOptions(env: NodeJS.ProcessEnv): PolytomicPluginOptions {
  const reader = createEnvReader(env);
  const options = readOptions(reader, env);
  throwProblems(reader.problems);
  return options;
}

/** @throws ConfigError that lists every variable which is missing or wrong. */
export function loadWorkerSettings(env: NodeJS.ProcessEnv): WorkerSettings {
  const reader = createEnvReader(env);
  const healthPort = reader.wholeNumber('POLYTOMIC_HEALTH_PORT', { least: 0, most: 65_535 });
  const options = readOptions(reader, env);
  throwProblems(reader.problems);
  const taskQueue = reader.text('POLYTOMIC_TASK_QUEUE') ?? defaultTaskQueue;
  return { options, taskQueue, ...(healthPort !== undefined && { healthPort }) };
}

/** One variable of this process, for secrets that a request refers to. */
export function readEnvironment(name: string): string | undefined {
  return process.env[name];
}

/** The environment of this process, for its entry points. */
export function processEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

function readOptions(reader: EnvReader, env: NodeJS.ProcessEnv): PolytomicPluginOptions {
  const file = readFile(reader, env);
  const options = withoutUndefined({
    apiKey: reader.text('POLYTOMIC_API_KEY'),
    apiKeyFile: reader.text('POLYTOMIC_API_KEY_FILE'),
    organizationId: reader.text('POLYTOMIC_ORGANIZATION_ID'),
    deploymentKey: reader.text('POLYTOMIC_DEPLOYMENT_KEY'),
    url: reader.text('POLYTOMIC_URL'),
    apiVersion: reader.text('POLYTOMIC_API_VERSION'),
    organizations: file?.organizations,
    notify: file?.notify,
    operations: reader.list('POLYTOMIC_OPERATIONS'),
    requestsPerMinute: reader.wholeNumber('POLYTOMIC_REQUESTS_PER_MINUTE', { least: 1, most: 1e6 }),
    secretEnv: reader.list('POLYTOMIC_SECRET_ENV'),
    secretsDir: reader.text('POLYTOMIC_SECRETS_DIR'),
    logSink: reader.text('POLYTOMIC_LOGS_DIR'),
    logHosts: reader.list('POLYTOMIC_LOG_HOSTS'),
    maxLogFileBytes: reader.wholeNumber('POLYTOMIC_MAX_LOG_FILE_BYTES', bytes),
    maxLogRunBytes: reader.wholeNumber('POLYTOMIC_MAX_LOG_RUN_BYTES', bytes),
    maxLogFolderBytes: reader.wholeNumber('POLYTOMIC_MAX_LOG_FOLDER_BYTES', bytes),
    maxAnswerBytes: reader.wholeNumber('POLYTOMIC_MAX_ANSWER_BYTES', bytes),
    caFile: reader.text('POLYTOMIC_CA_FILE'),
    clientCertFile: reader.text('POLYTOMIC_CLIENT_CERT_FILE'),
    clientKeyFile: reader.text('POLYTOMIC_CLIENT_KEY_FILE'),
    operationsPerMinute: reader.wholeNumber('POLYTOMIC_OPERATIONS_PER_MINUTE', { least: 1, most: 1e6 }),
    waitTaskQueue: reader.flag('POLYTOMIC_WAIT') === false ? (false as const) : undefined,
    heartbeatTimeout: reader.duration('POLYTOMIC_HEARTBEAT_TIMEOUT'),
    cancelTimeout: reader.duration('POLYTOMIC_CANCEL_TIMEOUT'),
    allowHttp: reader.flag('POLYTOMIC_ALLOW_HTTP'),
  });
  // A credential may be missing only because the file is wrong, so that is told first.
  if (!file?.problems.length) reader.problems.push(...problemsOf(options));
  return options;
}

const bytes = { least: 1, most: Number.MAX_SAFE_INTEGER };

function readFile(reader: EnvReader, env: NodeJS.ProcessEnv): ConfigFile | undefined {
  const path = reader.text('POLYTOMIC_CONFIG');
  const file = path === undefined ? undefined : readConfigFile(path, env);
  reader.problems.push(...(file?.problems ?? []).map((problem) => `POLYTOMIC_CONFIG: ${problem}`));
  return file;
}

/** What is wrong with the options, told by the names of the variables that set them. */
function problemsOf(options: PolytomicPluginOptions): string[] {
  const silent = { info: () => undefined, warn: () => undefined };
  try {
    resolveOptions(options, silent);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(inVariables);
    throw error;
  }
}

function inVariables(problem: string): string {
  if (/^(organizations|notify)\./.test(problem)) return `POLYTOMIC_CONFIG: ${problem}`;
  return problem.replace(/\b[a-z][A-Za-z]*\b/g, (word) => variables[word] ?? word);
}

function throwProblems(problems: readonly string[]): void {
  if (problems.length > 0) throw new ConfigError(problems);
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
