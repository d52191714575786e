/** Where Temporal is and as whom: flags, then the environment, then the old environment file, then the profile. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { isFields } from '../rules/provision/values';
import { CliError } from './cli-error';
import { exitCodes } from './exit-codes';
import type { RootOptions } from './root-options';
import { readDataFile } from './run/read-data-file';
import { readText } from './run/run-options';

/** What flags and files may set, under the names of `TEMPORAL_…` variables. */
const variables = {
  address: 'TEMPORAL_ADDRESS',
  namespace: 'TEMPORAL_NAMESPACE',
  apiKey: 'TEMPORAL_API_KEY',
  tls: 'TEMPORAL_TLS',
  tlsCertPath: 'TEMPORAL_TLS_CLIENT_CERT_PATH',
  tlsCertData: 'TEMPORAL_TLS_CLIENT_CERT_DATA',
  tlsKeyPath: 'TEMPORAL_TLS_CLIENT_KEY_PATH',
  tlsKeyData: 'TEMPORAL_TLS_CLIENT_KEY_DATA',
  tlsCaPath: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  tlsCaData: 'TEMPORAL_TLS_SERVER_CA_CERT_DATA',
  tlsServerName: 'TEMPORAL_TLS_SERVER_NAME',
} as const;

/** Sets one excludes the other: a path in a flag wins over data in the environment, and the other way round. */
const opposites: Readonly<Record<string, string>> = {
  TEMPORAL_TLS_CLIENT_CERT_PATH: 'TEMPORAL_TLS_CLIENT_CERT_DATA',
  TEMPORAL_TLS_CLIENT_KEY_PATH: 'TEMPORAL_TLS_CLIENT_KEY_DATA',
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: 'TEMPORAL_TLS_SERVER_CA_CERT_DATA',
};

/** @throws CliError when a file or profile cannot be read. */
export function loadTemporalSettings(options: RootOptions, env: NodeJS.ProcessEnv): ClientConnectConfig {
  if (options.tlsDisableHostVerification) {
    const message = '--tls-disable-host-verification is not supported: the key would go to whoever answers';
    throw new CliError(exitCodes.usage, message, 'Name the certificate authority instead: --tls-ca-path FILE');
  }
  const fromEnvironment = options.disableConfigEnv ? {} : definedOnly(env);
  const overrides = { ...legacyVariables(options, env), ...fromEnvironment };
  for (const [name, value] of Object.entries(flagVariables(options))) {
    delete overrides[opposites[name] ?? ''];
    for (const [path, data] of Object.entries(opposites)) if (data === name) delete overrides[path];
    overrides[name] = value;
  }
  return withHeaders(readConfig(options, overrides), options.grpcMeta ?? []);
}

/** @throws CliError */
function readConfig(
  { profile, configFile, disableConfigFile }: RootOptions,
  overrideEnvVars: Record<string, string>,
): ClientConnectConfig {
  try {
    // One that is not there would be passed over, and another Temporal than the wanted one be called.
    if (configFile !== undefined && !disableConfigFile) readText(configFile);
    return loadClientConnectConfig({
      overrideEnvVars,
      ...(profile !== undefined && { profile }),
      ...(configFile !== undefined && { configSource: { path: configFile } }),
      ...(disableConfigFile && { disableFile: true }),
    });
  } catch (error) {
    throw new CliError(exitCodes.usage, `Temporal settings: ${whatIsWrong(error)}`);
  }
}

/** Not the text around the fault, which may be a key. */
function whatIsWrong(error: unknown): string {
  const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  // So the library fails on a file without profiles.
  return message.startsWith('Cannot read properties') ? 'the configuration file has no [profile.NAME]' : message;
}

function flagVariables(options: RootOptions): Record<string, string> {
  const entries = Object.entries(variables).flatMap(([flag, name]) => {
    const value = options[flag as keyof typeof variables];
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  return Object.fromEntries(entries);
}

/** The file that `temporal env set` writes: options by their names, below `env.<name>`. */
function legacyVariables({ env: name, envFile }: RootOptions, env: NodeJS.ProcessEnv): Record<string, string> {
  const environment = name ?? env.TEMPORAL_ENV;
  if (environment === undefined) return {};
  const file = envFile ?? join(env.HOME || homedir(), '.config', 'temporalio', 'temporal.yaml');
  const settings = readLegacyFile(file)[environment];
  if (!settings) throw new CliError(exitCodes.usage, `${file} has no environment ${JSON.stringify(environment)}`);
  return Object.fromEntries(
    Object.entries(variables).flatMap(([flag, variable]) => {
      const value = settings[flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)];
      return value === undefined ? [] : [[variable, String(value)] as const];
    }),
  );
}

type LegacyFile = Record<string, Record<string, string | boolean> | undefined>;

function readLegacyFile(file: string): LegacyFile {
  const content = readDataFile(file, 'environments');
  const environments = isFields(content) ? content.env : undefined;
  if (environments === undefined || environments === null) return {};
  if (isFields(environments) && Object.values(environments).every(isFields)) return environments as LegacyFile;
  throw new CliError(exitCodes.usage, `${file}: env: expected an object of environments, each an object`);
}

function withHeaders(config: ClientConnectConfig, headers: readonly string[]): ClientConnectConfig {
  if (headers.length === 0) return config;
  const metadata = Object.fromEntries(
    headers.map((header) => {
      const at = header.indexOf('=');
      if (at < 1) throw new CliError(exitCodes.usage, `--grpc-meta: expected KEY=VALUE, got ${JSON.stringify(header)}`);
      return [header.slice(0, at), header.slice(at + 1)] as const;
    }),
  );
  const { connectionOptions } = config;
  return {
    ...config,
    connectionOptions: { ...connectionOptions, metadata: { ...connectionOptions.metadata, ...metadata } },
  };
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
