/** From a plugin's options to what activities need: defaults applied, clients made, every problem told at once. */
import { statSync } from 'node:fs';
import type { ActivityLog, LogLimits, NotifyTargetConfig, Organization } from '../activities/dependencies';
import type { LogSink } from '../contracts/log-files';
import { ConfigError } from './config-error';
import { defaultOrganization } from '../inputs/parse-run-input';
import { toInputIssues } from '../inputs/to-input-issues';
import { readIdempotencySecret } from './idempotency-secret';
import { resolveNotifyTargets } from './notify-targets';
import { createPolicy } from './operation-policy';
import { optionsShape } from './options-shape';
import { collectReservedSecrets } from './reserved-secrets';
import { createOrganizationSecrets, wrongSecretOptions } from './secret-options';
import type { OrganizationOptions, PolytomicPluginOptions, WorkerClock } from './plugin-options';
import { readTls } from './tls-files';
import { createCredential } from '../polytomic/auth';
import type { RequestObserver } from '../polytomic/call';
import { createClient, type CallReport } from '../polytomic/client';
import { systemClock } from '../polytomic/clock';
import { createFetch, type Fetch } from '../polytomic/http';
import { createLogReach } from '../polytomic/log-reach';
import { parseBaseUrl } from '../polytomic/url';
import { parseApiVersion } from '../polytomic/versions';
import { toMilliseconds } from '../rules/duration';
import { createAnswerRedactor } from '../secrets/answer-secrets';
import { createConnectionSchemas } from '../secrets/connection-schemas';
import type { KnownSecrets } from '../secrets/known-secrets';
import { createRequestSecrets } from '../secrets/request-secrets';
import type { SecretResolver } from '../secrets/resolver';

const defaultHeartbeatTimeoutMs = 75_000;
const defaultCancelTimeoutMs = 60_000;
const defaultRequestsPerMinute = 30;
const defaultMaxLogFileBytes = 1024 ** 3;
const defaultMaxLogRunBytes = 10 * 1024 ** 3;

/** Options with every default applied and every organization's client made. */
export interface ResolvedOptions {
  readonly organizations: ReadonlyMap<string, Organization>;
  readonly notify: ReadonlyMap<string, NotifyTargetConfig>;
  /** Reaches the URLs of `notify`. */
  readonly fetch: Fetch;
  /** A folder, or a function. */
  readonly logSink?: string | LogSink;
  /** Of a folder for logs; undefined: the default. */
  readonly maxLogFolderBytes?: number;
  readonly logs: LogLimits;
  /** Undefined: named after the worker's own. */
  readonly waitTaskQueue?: string | false;
  readonly heartbeatTimeoutMs: number;
  readonly cancelTimeoutMs: number;
  /** Whether workflows write search attributes. */
  readonly searchAttributes: boolean;
  readonly clock: WorkerClock;
}

/** What resolving takes from the process, handed in. */
export interface ResolveContext {
  /** Where secrets of requests, and the worker's own, may stand. */
  readonly env: NodeJS.ProcessEnv;
  /** Told of each call that may change something, and of each that was refused for a secret. Default: nobody. */
  readonly onCall?: (report: CallReport) => void;
  /** Told of every request to Polytomic once it is over, for metrics. Default: nobody. */
  readonly onRequest?: RequestObserver;
}

/** @throws ConfigError that lists every option which is missing or wrong. */
export function resolveOptions(
  options: PolytomicPluginOptions,
  log: ActivityLog,
  context: ResolveContext = { env: {} },
): ResolvedOptions {
  const parsed = optionsShape().safeParse(options, { reportInput: true });
  if (!parsed.success) {
    throw new ConfigError(toInputIssues(parsed.error.issues).map(({ field, message }) => `${field}: ${message}`));
  }
  const notify = resolveNotifyTargets(options);
  const keys = readIdempotencySecret(options);
  const problems = [
    ...missingCredential(options),
    ...wrongFolders(options),
    ...notify.problems,
    ...(keys.problem === undefined ? [] : [keys.problem]),
  ];
  const described = organizationsOf(options);
  const reserved = collectReservedSecrets(options, { env: context.env, idempotencySecret: keys.secret });
  const environment = { env: context.env, reserved };
  problems.push(...wrongSecretOptions(options, { ...environment, names: Object.keys(described) }));
  const organizations = new Map<string, Organization>();
  for (const [name, own] of Object.entries(described)) {
    const { resolve, knownSecrets } = createOrganizationSecrets(own, options, environment);
    try {
      organizations.set(
        name,
        createOrganization(name, own, { ...context, log, resolve, knownSecrets, idempotencySecret: keys.secret }),
      );
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // The organization that the fields beside `organizations` describe is named as these fields are.
      const isOuter = name === defaultOrganization && hasCredential(options);
      problems.push(...error.problems.map((problem) => (isOuter ? problem : `organizations.${name}.${problem}`)));
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    organizations,
    notify: notify.targets,
    fetch: options.fetch ?? createFetch(),
    ...(options.logSink !== undefined && { logSink: options.logSink }),
    ...(options.maxLogFolderBytes !== undefined && { maxLogFolderBytes: options.maxLogFolderBytes }),
    logs: logLimits(options, organizations.values()),
    ...(options.waitTaskQueue !== undefined && { waitTaskQueue: options.waitTaskQueue }),
    heartbeatTimeoutMs: toMilliseconds(options.heartbeatTimeout) ?? defaultHeartbeatTimeoutMs,
    cancelTimeoutMs: toMilliseconds(options.cancelTimeout) ?? defaultCancelTimeoutMs,
    searchAttributes: options.searchAttributes ?? false,
    clock: options.clock ?? systemClock,
  };
}

/** Each organization fetches from the host of its own API, and from where the operator says. */
function logLimits(options: PolytomicPluginOptions, organizations: Iterable<Organization>): LogLimits {
  const { logHosts: hosts, allowHttp = false, fetch } = options;
  const ca = readTls(options)?.ca;
  const shared = {
    allowHttp,
    ...(hosts && { hosts }),
    ...(fetch && { fetch }),
    ...(ca !== undefined && { tls: { ca } }),
  };
  const reaches = [...organizations].map(({ name, client }) => {
    return [name, createLogReach({ ...shared, apiUrl: client.url })] as const;
  });
  return {
    reaches: new Map(reaches),
    maxFileBytes: options.maxLogFileBytes ?? defaultMaxLogFileBytes,
    maxRunBytes: options.maxLogRunBytes ?? defaultMaxLogRunBytes,
  };
}

interface OrganizationContext extends ResolveContext {
  readonly log: ActivityLog;
  readonly resolve: SecretResolver;
  readonly knownSecrets: KnownSecrets;
  readonly idempotencySecret: string | undefined;
}

type OwnOptions = OrganizationOptions &
  Pick<PolytomicPluginOptions, 'allowHttp' | 'clock' | 'fetch' | 'maxAnswerBytes' | 'traceparent'>;

/** Every organization with its own options, those taken from the top included. */
function organizationsOf(options: PolytomicPluginOptions): Record<string, OwnOptions> {
  const { url, apiVersion, operations, requestsPerMinute, operationsPerMinute, traceparent } = options;
  const { allowHttp, clock, fetch, maxAnswerBytes, caFile, clientCertFile, clientKeyFile } = options;
  const { secretEnv, secretsDir } = options;
  const common = withoutUndefined({
    ...{ url, apiVersion, operations, requestsPerMinute, operationsPerMinute, traceparent },
    ...{ allowHttp, clock, fetch, maxAnswerBytes, caFile, clientCertFile, clientKeyFile, secretEnv, secretsDir },
  });
  const others = Object.entries(options.organizations ?? {}).map(([name, own]) => [
    name,
    { ...common, ...withoutUndefined(own) },
  ]);
  const { apiKey, apiKeyFile, organizationId, deploymentKey } = options;
  const credential = withoutUndefined({ apiKey, apiKeyFile, organizationId, deploymentKey });
  return {
    ...(hasCredential(options) && { [defaultOrganization]: { ...common, ...credential } }),
    ...(Object.fromEntries(others) as Record<string, OwnOptions>),
  };
}

function hasCredential({ apiKey, apiKeyFile, organizationId, deploymentKey }: OrganizationOptions): boolean {
  return [apiKey, apiKeyFile, organizationId, deploymentKey].some((part) => part !== undefined);
}

function missingCredential(options: PolytomicPluginOptions): string[] {
  const names = Object.keys(options.organizations ?? {});
  if (!hasCredential(options) && names.length === 0) {
    return ['apiKey: missing; expected a key, or apiKeyFile, or organizationId and deploymentKey, or organizations'];
  }
  return hasCredential(options) && names.includes(defaultOrganization)
    ? [`organizations.${defaultOrganization}: the fields beside organizations describe it already`]
    : [];
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function wrongFolders({ secretsDir, logSink, organizations = {} }: PolytomicPluginOptions): string[] {
  const isWrong = (path: unknown): boolean => typeof path === 'string' && !isFolder(path);
  const own = Object.entries(organizations).map(
    ([name, entry]) => [`organizations.${name}.secretsDir`, entry.secretsDir] as const,
  );
  const wrong = [...Object.entries({ secretsDir, logSink }), ...own].filter(([, path]) => isWrong(path));
  return wrong.map(([name]) => `${name}: expected an existing folder`);
}

/** @throws ConfigError whose problems begin with the option's name. */
function createOrganization(
  name: string,
  own: OwnOptions,
  { log, onCall, onRequest, resolve, knownSecrets, idempotencySecret }: OrganizationContext,
): Organization {
  const { operations, requestsPerMinute = defaultRequestsPerMinute, operationsPerMinute, ...reach } = own;
  const problems = [
    problemOf(() => createCredential(reach)),
    problemOf(() => parseBaseUrl(reach.url, reach.allowHttp)),
    problemOf(() => parseApiVersion(reach.apiVersion)),
    problemOf(() => createPolicy(operations), 'operations: '),
    problemOf(() => readTls(own)),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new ConfigError(problems);
  const onWarning = (message: string): void => log.warn(message, { organization: name });
  const tls = readTls(own);
  const fetch = own.fetch ?? createFetch(tls && { tls });
  const schemas = createConnectionSchemas(createClient({ ...reach, fetch }));
  const client = createClient({
    ...{ ...reach, fetch, organization: name, onWarning, onCall, onRequest, idempotencySecret },
    requestSecrets: createRequestSecrets({ organization: name, schemas, resolve }),
  });
  const redactAnswer = createAnswerRedactor(schemas, knownSecrets);
  const onRefused = (operation: string): void => onCall?.({ organization: name, operation, error: 'NotAllowedError' });
  return {
    ...{ name, client, allows: createPolicy(operations), onRefused, requestsPerMinute, redactAnswer, knownSecrets },
    ...(operationsPerMinute !== undefined && { operationsPerMinute }),
  };
}

/** What these functions throw names an option and never the value of a key. */
function problemOf(check: () => unknown, prefix = ''): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return prefix + (error instanceof Error ? error.message : String(error));
  }
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Partial<T>;
}
