/** The loop that people write today, on the official npm SDK. Arguments: base URL, key, then syncs as `name=id`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PolytomicClient } from 'polytomic';
import type { NaiveEvent } from './events';

const tries = 3;
const pauseMs = 4_000;
const [url = '', token = '', ...syncs] = process.argv.slice(2);
const client = new PolytomicClient({ environment: url, token, version: '2024-02-08' });

const tell = (event: NaiveEvent): boolean | undefined => process.send?.(event);

async function runSync(name: string, id: string): Promise<void> {
  await client.modelSync.start(id);
  tell({ name, what: 'started' });
  for (;;) {
    await sleep(1_000);
    const { data } = await client.modelSync.getStatus(id);
    if (data?.current_execution) continue;
    if (data?.last_execution?.status === 'completed') break;
    if (data?.last_execution?.status === 'failed') throw new Error('the sync failed');
  }
  tell({ name, what: 'done' });
}

async function withRetries(name: string, id: string): Promise<void> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    try {
      return await runSync(name, id);
    } catch (error) {
      const { statusCode } = error as { statusCode?: number };
      tell({ name, what: 'lost', why: statusCode ? `HTTP ${statusCode}` : 'connection lost' });
      if (attempt < tries) await sleep(pauseMs);
    }
  }
}

void Promise.all(syncs.map((pair) => withRetries(...(pair.split('=') as [string, string])))).then(() =>
  process.exit(0),
);
