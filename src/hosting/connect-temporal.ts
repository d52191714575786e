/** Connects to the Temporal server that the environment and its profiles name. */
import { setTimeout as sleep } from 'node:timers/promises';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { ConfigError } from '../settings/config-error';
import { reasonOf } from './reason-of';

/** How long a server may take to come up. */
const patienceMs = 60_000;
const longestPauseMs = 5_000;

/** A connection, and where it leads. */
export interface TemporalConnection {
  readonly connection: NativeConnection;
  readonly address: string;
  readonly namespace: string;
}

/** What connecting needs besides the environment. */
export interface ConnectOptions {
  readonly log: (line: string) => void;
  /** Ends the attempts. */
  readonly signal: AbortSignal;
  /** Default: one minute. */
  readonly patienceMs?: number;
}

/** Settings by the rules of `@temporalio/envconfig`. @throws ConfigError when they cannot be read. */
export function loadTemporalConfig(env: NodeJS.ProcessEnv): ClientConnectConfig {
  const variables = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  try {
    return loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(variables) });
  } catch (error) {
    throw new ConfigError([`Temporal settings (TEMPORAL_…): ${reasonOf(error)}`]);
  }
}

/**
 * Tries again, with a line each time, until the server is up: workers are often started together with it.
 *
 * @throws Error that names the address when the patience has run out, or the signal's reason.
 */
export async function connectTemporal(
  { connectionOptions, namespace = 'default' }: ClientConnectConfig,
  options: ConnectOptions,
): Promise<TemporalConnection> {
  const address = connectionOptions.address ?? 'localhost:7233';
  const deadline = Date.now() + (options.patienceMs ?? patienceMs);
  for (let pauseMs = 500; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    options.signal.throwIfAborted();
    try {
      return { connection: await NativeConnection.connect(connectionOptions), address, namespace };
    } catch (error) {
      const told = `Temporal at ${address} cannot be reached (${reasonOf(error)})`;
      if (Date.now() + pauseMs > deadline) throw new Error(`${told}; set TEMPORAL_ADDRESS, or start the server`);
      options.log(`${told}, trying again`);
    }
    await sleep(pauseMs, undefined, { signal: options.signal });
  }
}
