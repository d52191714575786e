/**
 * Many ends at once while each answer takes two seconds: how long after the hint our watcher has seen each, beside a loop whose
 * next round happens to begin at that moment and reads all of them at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClientReads, createClientWatcher } from '../../src/executions/watcher/client-watcher';
import { createClient } from '../../src/polytomic/client';
import { startEmulator, type Emulator } from '../../src/testing';
import type { Job } from './catalogue';
import { createSdkClient, pollUntilEnded } from './poll-until-ended';
import { startRuns } from './simulated-stage';

/** How late a side saw them, seconds. */
export interface Burst {
  side: 'ours' | 'loop at that moment';
  ends: number;
  p50: number;
  max: number;
}

const durationMs = 10_000;
const answerMs = 2_000;

/** Both sides, one after the other. */
export async function measureBurst(ends: number): Promise<Burst[]> {
  const jobs = Array.from({ length: ends }, (_, index): Job => {
    return { kind: index % 2 === 0 ? 'model' : 'bulk', durationMs, past: [durationMs, durationMs] };
  });
  return [await measureSide('ours', jobs, awaitOurs), await measureSide('loop at that moment', jobs, poll)];
}

type Items = ReturnType<typeof startRuns>;

/** Resolves once all were seen; `onSeen` is called for each. The runs end `durationMs` after this was called. */
type AwaitAll = (emulator: Emulator, items: Items, onSeen: () => void) => Promise<void>;

async function measureSide(side: Burst['side'], jobs: readonly Job[], awaitAll: AwaitAll): Promise<Burst> {
  const emulator = await startEmulator({ seed: { modelSyncs: [], bulkSyncs: [] } });
  try {
    const items = startRuns(emulator, jobs);
    emulator.fault({ delayMs: answerMs, times: Infinity });
    const endAt = performance.now() + durationMs;
    const late: number[] = [];
    await awaitAll(emulator, items, () => late.push((performance.now() - endAt) / 1_000));
    late.sort((one, other) => one - other);
    return { side, ends: late.length, p50: late[Math.floor(late.length / 2)] ?? NaN, max: late.at(-1) ?? NaN };
  } finally {
    await emulator.close();
  }
}

async function awaitOurs({ url, apiKey }: Emulator, items: Items, onSeen: () => void): Promise<void> {
  const client = createClient({ url, apiKey });
  const watcher = createClientWatcher(client, createClientReads({ client, requestsPerMinute: 30 }));
  const waits = items.map(async (item) => {
    const { signal } = new AbortController();
    await watcher.watch({ waitId: item.executionId, items: [item], lingerMs: 0, waitForMs: null, signal });
    onSeen();
  });
  await sleep(durationMs);
  for (const { executionId } of items) watcher.hint(executionId);
  await Promise.all(waits);
  watcher.close();
}

async function poll({ url, apiKey }: Emulator, items: Items, onSeen: () => void): Promise<void> {
  const client = createSdkClient(url, apiKey);
  const tracked = <T>(request: Promise<T>): Promise<T> => request;
  await Promise.all(
    items.map(async (item) => {
      await pollUntilEnded(item, { client, intervalMs: durationMs, sleep, tracked });
      onSeen();
    }),
  );
}
