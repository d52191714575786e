/** What every server test needs: the shared Temporal server, the workflow bundle, names of its own. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import {
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  type WorkflowBundlePath,
} from '@temporalio/worker';
import { sharedServerEnv } from './shared-server';

export { waitUntil } from './wait-until';

/** Host and port of the Temporal server that the global setup started. */
export function temporalAddress(): string {
  return fromSetup(sharedServerEnv.address);
}

/** The program of the shared server, for servers of a test's own. */
export function temporalCliPath(): string {
  return fromSetup(sharedServerEnv.cliPath);
}

/** The built-in workflows, bundled once by the global setup, as `workflowBundle` of a worker. */
export function bundle(): WorkflowBundlePath {
  return { codePath: fromSetup(sharedServerEnv.bundle) };
}

/** A task queue that no other test has, recognizable in the Web UI. */
export function uniqueTaskQueue(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`;
}

/** A client for the test and a connection for its workers. */
export interface TemporalConnections {
  client: Client;
  connection: NativeConnection;
  /** Closes both; the workers must have ended. */
  close: () => Promise<void>;
}

/** Connects to the shared server, or to another one. The SDK's own logs are cut down to errors. */
export async function connectTemporal(address = temporalAddress()): Promise<TemporalConnections> {
  quietLogs();
  const [connection, clientConnection] = await Promise.all([
    NativeConnection.connect({ address }),
    Connection.connect({ address }),
  ]);
  const close = async (): Promise<void> => {
    await Promise.all([connection.close(), clientConnection.close()]);
  };
  return { client: new Client({ connection: clientConnection }), connection, close };
}

let quiet = false;

function quietLogs(): void {
  if (quiet) return;
  quiet = true;
  // The core warns of each wait that a cancelled workflow left behind, which is what TRY_CANCEL means.
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });
}

function fromSetup(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this with jest's project "server"`);
  return value;
}
