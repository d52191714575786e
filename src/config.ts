/** Settings from environment variables. The only file that touches `process.env`; all others get what they need. */
import { defaultTaskQueue } from './contracts/names';
import { readConfigFile, type ConfigFile } from './settings/config-file';
import { ConfigError } from './settings/config-error';
import { createEnvReader, type EnvReader } from './settings/env-reader';
import type { PolytomicPluginOptions } from './settings/plugin-options';
import { resolveOptions } from './settings/resolve-options';
import { describeUnknownVariables } from './settings/unknown-variables';

export { defaultTaskQueue };

const metricsAddresses = /^(https?:\/\/\S+|[^\s/:]*:\d{1,5}|\[[0-9a-f:]+\]:\d{1,5})$/i;
const logFormats = ['text', 'json'] as const;
const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** Settings of a worker that runs alone. */
export interface WorkerSettings {
  readonly options: PolytomicPluginOptions;
  readonly taskQueue: string;
  /** Port of `GET /healthz`; 0 takes a free one. Undefined: none is served. */
  readonly healthPort?: number;
  /** `text`: a line for people. `json`: an object a line, for log collectors. Default `text`. */
  readonly logFormat?: (typeof logFormats)[number];
  /** What is printed at least. Default `info`. */
  readonly logLevel?: (typeof logLevels)[number];
  /**
   * Where metrics go: `host:port` or `:port` serves them to Prometheus at `/metrics`, a URL is that of an OTLP collector.
   * Undefined: nowhere.
   */
  readonly metricsAddress?: string;
  /** What is odd and stops nothing, for people; holds no value of a variable. Undefined: nothing is. */
  readonly warnings?: readonly string[];
  /** The Worker Deployment that the worker is a version of. Undefined: it is not versioned. */
  readonly deployment?: { readonly deploymentName: string; readonly buildId: string };
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
  secretEnv: 'POLYTOMIC_SECRET_ENV',
  secretsDir: 'POLYTOMIC_SECRETS_DIR',
  logSink: 'POLYTOMIC_LOGS_DIR',
  caFile: 'POLYTOMIC_CA_FILE',
  clientCertFile: 'POLYTOMIC_CLIENT_CERT_FILE',
  clientKeyFile: 'POLYTOMIC_CLIENT_KEY_FILE',
  idempotencySecretFile: 'POLYTOMIC_IDEMPOTENCY_SECRET_FILE',
  heartbeatTimeout: 'POLYTOMIC_HEARTBEAT_TIMEOUT',
  cancelTimeout: 'POLYTOMIC_CANCEL_TIMEOUT',
  allowHttp: 'POLYTOMIC_ALLOW_HTTP',
  searchAttributes: 'POLYTOMIC_SEARCH_ATTRIBUTES',
  nexusService: 'POLYTOMIC_NEXUS_SERVICE',
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
  const deployment = readDeployment(reader);
  const logFormat = reader.oneOf('POLYTOMIC_LOG_FORMAT', logFormats);
  const logLevel = reader.oneOf('POLYTOMIC_LOG_LEVEL', logLevels);
  const metricsAddress = reader.matching('POLYTOMIC_METRICS_ADDRESS', metricsAddresses, 'host:port, :port or a URL');
  const options = readOptions(reader, env);
  throwProblems(reader.problems);
  const taskQueue = reader.text('POLYTOMIC_TASK_QUEUE') ?? defaultTaskQueue;
  const known = new Set([...reader.names, ...Object.values(variables), ...(options.secretEnv ?? [])]);
  const unknown = describeUnknownVariables(env, known);
  const warnings = unknown.length > 0 ? unknown : undefined;
  return withoutUndefined({
    options,
    taskQueue,
    healthPort,
    logFormat,
    logLevel,
    metricsAddress,
    warnings,
    deployment,
  });
}

/** The environment of this process, for its entry points. */
export function processEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

function readOptions(reader: EnvReader, env: NodeJS.ProcessEnv): PolytomicPluginOptions {
  const file = readFile(reader);
  const options = withoutUndefined({
    ...defaultCredential(reader, file?.keyVariables ?? []),
    url: reader.text('POLYTOMIC_URL'),
    apiVersion: reader.text('POLYTOMIC_API_VERSION'),
    organizations: file?.organizations,
    notify: file?.notify,
    secrets: file?.secrets,
    operations: reader.list('POLYTOMIC_OPERATIONS'),
    requestsPerMinute: reader.wholeNumber('POLYTOMIC_REQUESTS_PER_MINUTE', { least: 1, most: 1e6 }),
    idempotencySecretFile: reader.text('POLYTOMIC_IDEMPOTENCY_SECRET_FILE'),
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
    searchAttributes: reader.flag('POLYTOMIC_SEARCH_ATTRIBUTES'),
    nexusService: reader.flag('POLYTOMIC_NEXUS_SERVICE'),
  });
  const problems = problemsOf(options, env);
  reader.problems.push(...(file?.problems.length ? problems.filter((problem) => !mayFollow(problem)) : problems));
  return options;
}

/** The names of both variables are Temporal's own: its worker controller sets them. */
function readDeployment(reader: EnvReader): WorkerSettings['deployment'] {
  const deploymentName = reader.text('TEMPORAL_DEPLOYMENT_NAME');
  const buildId = reader.text('TEMPORAL_WORKER_BUILD_ID');
  if (deploymentName !== undefined && buildId !== undefined) return { deploymentName, buildId };
  if (deploymentName !== undefined || buildId !== undefined) {
    reader.problems.push('TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID: set both, or neither');
  }
  return undefined;
}

const bytes = { least: 1, most: Number.MAX_SAFE_INTEGER };
/**
 * The organization `default` of the variables. A variable whose key the file gives to an organization is that one's alone:
 * the key would else be sent to the address of `default` too, which is another server perhaps.
 */
function defaultCredential(reader: EnvReader, taken: readonly string[]): PolytomicPluginOptions {
  const own = (name: string): string | undefined => (taken.includes(name) ? undefined : reader.text(name));
  const keys = {
    apiKey: own('POLYTOMIC_API_KEY'),
    apiKeyFile: reader.text('POLYTOMIC_API_KEY_FILE'),
    deploymentKey: own('POLYTOMIC_DEPLOYMENT_KEY'),
  };
  const isTaken = taken.length > 0 && Object.values(keys).every((key) => key === undefined);
  return { ...keys, organizationId: isTaken ? undefined : reader.text('POLYTOMIC_ORGANIZATION_ID') };
}

function readFile(reader: EnvReader): ConfigFile | undefined {
  const path = reader.text('POLYTOMIC_CONFIG');
  const file = path === undefined ? undefined : readConfigFile(path, reader);
  reader.problems.push(...(file?.problems ?? []).map((problem) => `POLYTOMIC_CONFIG: ${problem}`));
  return file;
}

/** What is wrong with the options, told by the names of the variables that set them. */
function problemsOf(options: PolytomicPluginOptions, env: NodeJS.ProcessEnv): string[] {
  const silent = { info: () => undefined, warn: () => undefined };
  try {
    resolveOptions(options, silent, { env });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(inVariables);
    throw error;
  }
}

/** A credential may be missing, and a secret bound to no organization, only because entries of the file are wrong. */
function mayFollow(problem: string): boolean {
  return /^(?:POLYTOMIC_API_KEY: missing|POLYTOMIC_CONFIG: secrets\.)/.test(problem);
}

function inVariables(problem: string): string {
  if (/^(organizations|notify|secrets)\./.test(problem)) return `POLYTOMIC_CONFIG: ${problem}`;
  return problem.replace(/\b[a-z][A-Za-z]*\b/g, (word) => variables[word] ?? word);
}

function throwProblems(problems: readonly string[]): void {
  if (problems.length > 0) throw new ConfigError(problems);
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
