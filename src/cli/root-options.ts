/**
 * Options of every command. `temporal polytomic …` moves the Temporal CLI's own global options in front of the
 * subcommand, so they are options of the program here, under the same names and with the same meaning; no command uses
 * these names for anything else.
 */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseText } from './parse-text';

/** Forms of data on standard output. */
export const outputFormats = ['text', 'json', 'jsonl', 'none'] as const;
/** Ways to show a time in text. */
export const timeFormats = ['relative', 'iso', 'raw'] as const;
/** When to color. */
export const colorModes = ['auto', 'always', 'never'] as const;
/** Least level of what is logged on standard error. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'never'] as const;

/** The options as commander reads them. */
export interface RootOptions {
  output: (typeof outputFormats)[number];
  color: (typeof colorModes)[number];
  timeFormat: (typeof timeFormats)[number];
  logLevel: (typeof logLevels)[number];
  logFormat: 'text' | 'json';
  quiet?: true;
  taskQueue?: string;
  commandTimeout?: number;
  clientConnectTimeout?: number;
  address?: string;
  namespace?: string;
  apiKey?: string;
  identity?: string;
  grpcMeta?: string[];
  codecEndpoint?: string;
  codecAuth?: string;
  tls?: true;
  tlsCertPath?: string;
  tlsKeyPath?: string;
  tlsCaPath?: string;
  tlsCertData?: string;
  tlsKeyData?: string;
  tlsCaData?: string;
  tlsServerName?: string;
  tlsDisableHostVerification?: true;
  profile?: string;
  configFile?: string;
  disableConfigFile?: true;
  disableConfigEnv?: true;
  env?: string;
  envFile?: string;
}

const secretHint = 'better as TEMPORAL_API_KEY, which no list of processes shows';

/** Adds them to the program. */
export function addRootOptions(program: Command): void {
  program
    .addOption(new Option('-o, --output <format>', 'form of the data').choices(outputFormats).default('text'))
    .option('-q, --quiet', 'say nothing but errors on standard error')
    .addOption(new Option('--color <when>', 'color of the text').choices(colorModes).default('auto'))
    .addOption(new Option('--time-format <format>', 'times in text').choices(timeFormats).default('relative'))
    .addOption(new Option('--log-level <level>', 'what is logged').choices(logLevels).default('never'))
    .addOption(new Option('--log-format <format>', 'form of the log').choices(['text', 'json']).default('text'))
    .option(
      '-t, --task-queue <queue>',
      'task queue of the workers (default: POLYTOMIC_TASK_QUEUE, or "polytomic")',
      parseText,
    )
    .option('--command-timeout <duration>', 'end after this time; what runs in Temporal goes on', parseTemporalDuration)
    .option('--client-connect-timeout <duration>', 'longest time to connect (default: 10s)', parseTemporalDuration)
    .option(
      '--address <host:port>',
      'address of Temporal (default: TEMPORAL_ADDRESS, the profile, localhost:7233)',
      parseText,
    )
    .option('-n, --namespace <name>', 'namespace (default: TEMPORAL_NAMESPACE, the profile, "default")', parseText)
    .option('--api-key <key>', `API key of Temporal (${secretHint})`)
    .option('--profile <name>', 'profile of the configuration file', parseText)
    .option('--config-file <file>', "the Temporal CLI's configuration file", parseText)
    .option('--codec-endpoint <url>', 'codec server that reads and writes encrypted payloads')
    .option('--codec-auth <header>', 'Authorization header for it (better as TEMPORAL_CODEC_AUTH)')
    .option('--tls', 'connect with TLS')
    .option('--tls-cert-path <file>', 'client certificate')
    .option('--tls-key-path <file>', 'key of the client certificate')
    .option('--tls-ca-path <file>', "certificate authority of the server's certificate")
    .option('--tls-server-name <name>', 'name that the certificate of the server bears');
  const rare: [string, string][] = [
    ['--tls-cert-data <data>', 'client certificate'],
    ['--tls-key-data <data>', 'key of the client certificate'],
    ['--tls-ca-data <data>', "certificate authority of the server's certificate"],
    ['--tls-disable-host-verification', 'refused: nobody would know who takes the key'],
    ['--identity <name>', 'who is shown to have called'],
    ['--disable-config-file', 'ignore the configuration file'],
    ['--disable-config-env', 'ignore TEMPORAL_… variables'],
    ['--env <name>', 'environment of the old environment file'],
    ['--env-file <file>', 'the old environment file'],
    ['--no-json-shorthand-payloads', 'taken and ignored: output is never shorthand'],
  ];
  for (const [flags, text] of rare) program.addOption(new Option(flags, text).hideHelp());
  program.addOption(
    new Option('--grpc-meta <key=value>', 'header of each request')
      .hideHelp()
      .argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]),
  );
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration as the Temporal CLI takes it (`1m30s`, `0` for none). @throws InvalidArgumentError */
export function parseTemporalDuration(text: string): number {
  const parts = [...text.matchAll(/(\d{1,12}(?:\.\d{1,9})?)(ms|s|m|h)/g)];
  if (text === '0' || (parts.length > 0 && parts.map(([part]) => part).join('') === text)) {
    return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0), 0);
  }
  throw new InvalidArgumentError('Expected a duration such as 30s, 5m or 1h30m.');
}
