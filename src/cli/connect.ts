/** Connects to Temporal. Loads its client, which takes a quarter of a second, so commands load this lazily. */
import { userInfo, hostname } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { codecSettings, createRemoteCodec } from './codec';
import { CliError, startServerHint, grpcCodeOf, toCliError } from './cli-error';
import { exitCodes } from './exit-codes';
import type { RootOptions } from './root-options';
import { loadTemporalSettings } from './temporal-settings';

/** A connection, and where it leads. */
export interface Temporal {
  readonly client: Client;
  readonly connection: Connection;
  readonly address: string;
  readonly namespace: string;
  /** Queue of the workers with our workflows. */
  readonly taskQueue: string;
  /** Reads payloads that are encrypted. Absent: none are. */
  readonly codec?: PayloadCodec;
}

const defaultConnectTimeoutMs = 10_000;

/** @throws CliError that names the address, with the code for what is wrong. */
export async function connectTemporal(
  options: RootOptions,
  { env, taskQueue }: { env: NodeJS.ProcessEnv; taskQueue: string },
): Promise<Temporal> {
  const { connectionOptions, namespace = 'default' } = loadTemporalSettings(options, env);
  const address = connectionOptions.address ?? 'localhost:7233';
  const settings = codecSettings(options, { env, namespace });
  const codec = settings && createRemoteCodec(settings);
  const connectTimeout = options.clientConnectTimeout || defaultConnectTimeoutMs;
  try {
    const connection = await Connection.connect({ ...connectionOptions, connectTimeout });
    const client = new Client({
      ...{ connection, namespace, identity: identityOf(options) },
      ...(codec && { dataConverter: { payloadCodecs: [codec] } }),
    });
    return { client, connection, address, namespace, taskQueue, ...(codec && { codec }) };
  } catch (error) {
    const known = grpcCodeOf(error) === undefined ? undefined : toCliError(error);
    if (known?.exitCode === exitCodes.notAllowed) throw known;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(exitCodes.noTemporal, `Temporal at ${address} cannot be reached (${reason})`, startServerHint);
  }
}

/** Who is shown to have called. */
export function identityOf({ identity }: Pick<RootOptions, 'identity'>): string {
  return identity ?? `temporal-polytomic:${userName()}@${hostname()}`;
}

/** Containers may run as a user without a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
