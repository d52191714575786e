/** The program of a loop under measurement: starts all its syncs, polls each, and tells when it saw their ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SyncRef } from '../../src/contracts/sync-kind';
import { answerAsChild, childArgument, tellParent } from './child';
import { inTurns } from './in-turns';
import { createSdkClient, pollUntilEnded } from './poll-until-ended';

/** What a loop is told. */
export interface LoopArgument {
  url: string;
  apiKey: string;
  intervalMs: number;
  syncs: SyncRef[];
}

/** When each sync's end was seen, milliseconds since the epoch. */
export type SeenBySync = Record<string, number>;

let waiting = 0;

async function main({ url, apiKey, intervalMs, syncs }: LoopArgument): Promise<void> {
  const client = createSdkClient(url, apiKey);
  const seen: SeenBySync = {};
  const polls: Promise<void>[] = [];
  const poll = async (sync: SyncRef): Promise<void> => {
    await pollUntilEnded(sync, { client, intervalMs, sleep, tracked: (request) => request });
    seen[sync.syncId] = Date.now();
    waiting -= 1;
  };
  answerAsChild(() => waiting);
  await inTurns(syncs, async (sync) => {
    await (sync.kind === 'model' ? client.modelSync.start(sync.syncId) : client.bulkSync.start(sync.syncId));
    waiting += 1;
    polls.push(poll(sync));
  });
  await Promise.all(polls);
  tellParent(seen);
}

void main(childArgument());
