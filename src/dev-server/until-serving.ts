/** Waits until a Temporal server answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';

const withinMs = 60_000;
const everyMs = 50;

/** Which server, and how it can end before it answers. */
export interface UntilServingOptions {
  address: string;
  namespace: string;
  /** Resolves, to the reason, when the server has ended. */
  ended: Promise<string>;
}

/**
 * Resolves when the server describes its namespace: an open port alone comes too early.
 * @throws Error with the reason when the server ends first or a minute has passed.
 */
export async function untilServing({ address, namespace, ended }: UntilServingOptions): Promise<void> {
  let end: string | undefined;
  void ended.then((reason) => (end = reason));
  const connection = Connection.lazy({
    address,
    // gRPC's own pauses between tries to connect grow to minutes.
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': everyMs, 'grpc.max_reconnect_backoff_ms': everyMs },
  });
  const deadline = Date.now() + withinMs;
  try {
    while (!(await serves(connection, namespace))) {
      if (end !== undefined) throw new Error(end);
      if (Date.now() > deadline) throw new Error(`no answer within ${withinMs / 1000} s`);
      await sleep(everyMs);
    }
  } finally {
    await connection.close();
  }
}

async function serves(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.withDeadline(Date.now() + 1_000, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return true;
  } catch {
    return false;
  }
}
