/** The program of the promise pool under measurement: runs its syncs on the official SDK, so many at a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PolytomicClient } from 'polytomic';
import { answerAsChild, childArgument, tellParent } from '../child';
import { inTurns } from '../in-turns';
import { createSdkClient } from '../poll-until-ended';

/** What the pool is told. */
export interface PoolArgument {
  url: string;
  apiKey: string;
  intervalMs: number;
  concurrency: number;
  /** The SDK knows no pages of the list of bulk syncs. */
  syncIds: string[];
}

let running = 0;

async function main({ url, apiKey, intervalMs, concurrency, syncIds }: PoolArgument): Promise<void> {
  const client = createSdkClient(url, apiKey);
  const run = async (id: string): Promise<void> => {
    running += 1;
    const { data: started } = await client.bulkSync.start(id);
    await untilEnded(client, { id, executionId: started?.id ?? '', intervalMs });
    running -= 1;
  };
  answerAsChild(() => running);
  await inTurns(syncIds, run, concurrency);
  tellParent(null);
}

async function untilEnded(
  client: PolytomicClient,
  { id, executionId, intervalMs }: { id: string; executionId: string; intervalMs: number },
): Promise<void> {
  for (;;) {
    await sleep(intervalMs);
    const { data } = await client.bulkSync.executions.get(id, executionId);
    if (data?.completed_at) return;
  }
}

void main(childArgument());
