/** The program of a side under measurement: reads one run again and again, one read at a time, and tells what that took. */
import type { ExecutionRef } from '../../src/contracts/sync-kind';
import { adapterFor } from '../../src/executions/adapter-for';
import { createClient } from '../../src/polytomic/client';
import { answerAsChild, childArgument, tellParent } from './child';
import { usage } from './memory-use';
import { createSdkClient } from './poll-until-ended';

/** What a side is told. */
export interface ReadsArgument {
  side: ReadsSide;
  url: string;
  apiKey: string;
  refs: ExecutionRef[];
  /** Reads that are measured, after as many that warm up. */
  reads: number;
}

/** With our client, as a wait reads; with the official SDK, as a loop does. */
export type ReadsSide = 'ours' | 'official SDK';

async function main({ side, url, apiKey, refs, reads }: ReadsArgument): Promise<void> {
  const read = side === 'ours' ? readOurs(url, apiKey) : readBySdk(url, apiKey);
  answerAsChild(() => 0);
  const readAll = async (): Promise<void> => {
    for (let index = 0; index < reads; index++) await read(refs[index % refs.length]!);
  };
  await readAll();
  const { cpuMs } = usage();
  await readAll();
  tellParent(usage().cpuMs - cpuMs);
}

type Read = (ref: ExecutionRef) => Promise<unknown>;

function readOurs(url: string, apiKey: string): Read {
  const client = createClient({ url, apiKey });
  const { signal } = new AbortController();
  return (ref) => adapterFor(ref.kind, client).readExecution(ref, { signal });
}

function readBySdk(url: string, apiKey: string): Read {
  const client = createSdkClient(url, apiKey);
  return ({ kind, syncId, executionId }) =>
    kind === 'model'
      ? client.modelSync.executions.get(syncId, executionId)
      : client.bulkSync.executions.get(syncId, executionId);
}

void main(childArgument());
