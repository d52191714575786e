/** The loop that people write on the official npm SDK, with its defaults: two retries, 60 s for a request. */
import { PolytomicClient } from 'polytomic';
import type { SyncRef } from '../../src/contracts/sync-kind';

/** A client that asks for the newest version, which it does not by itself. */
export const createSdkClient = (environment: string, token: string): PolytomicClient =>
  new PolytomicClient({ environment, token, version: '2025-09-18' });

/** A sync that is polled, and where. */
export interface SyncPolled extends SyncRef {
  url: string;
  apiKey: string;
  intervalMs: number;
}

/** How to poll. */
export interface PollOptions {
  client: PolytomicClient;
  intervalMs: number;
  sleep: (ms: number) => Promise<void>;
  /** Wraps each request. */
  tracked: <T>(request: Promise<T>) => Promise<T>;
}

/** Resolves when the status says that nothing runs any more. */
export async function pollUntilEnded({ kind, syncId }: SyncRef, options: PollOptions): Promise<void> {
  const { client, intervalMs, sleep, tracked } = options;
  const resource = kind === 'model' ? client.modelSync : client.bulkSync;
  for (;;) {
    await sleep(intervalMs);
    const { data } = await tracked<{ data?: { current_execution?: unknown } }>(resource.getStatus(syncId));
    if (!data?.current_execution) return;
  }
}
