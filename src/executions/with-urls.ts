/** Adds the page in Polytomic to executions that ended without full success, so that a person can go and look. */
import type { SettledExecution } from '../contracts/waits';
import type { Execution } from '../contracts/execution';
import type { PolytomicClient } from '../polytomic/client';

/** Each page costs a request; beyond this many, the ids must do. */
const mostPages = 5;

/** The same list; the first few troubled executions have their `url`, where the API version and the key allow it. */
export async function withUrls(
  client: PolytomicClient,
  settled: SettledExecution[],
  signal: AbortSignal,
): Promise<SettledExecution[]> {
  const troubled = settled.filter(isTroubled).slice(0, mostPages);
  const urls = new Map<string, string>();
  await Promise.all(
    troubled.map(async ({ execution: { executionId } }) => {
      const url = await pageOf(client, executionId, signal);
      if (url) urls.set(executionId, url);
    }),
  );
  return settled.map((one) => {
    const url = one.state === 'ended' ? urls.get(one.execution.executionId) : undefined;
    return one.state === 'ended' && url ? { ...one, execution: { ...one.execution, url } } : one;
  });
}

function isTroubled(settled: SettledExecution): settled is { state: 'ended'; execution: Execution } {
  if (settled.state !== 'ended') return false;
  const { ending, records, schemaCounts } = settled.execution;
  return ending !== 'completed' || (records.errors ?? 0) > 0 || (schemaCounts?.failed ?? 0) > 0;
}

/** A convenience: whatever goes wrong, the end of the run is told without it. */
async function pageOf(client: PolytomicClient, id: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { canonical_path: path } = await client.entities.get({ id }, { signal });
    const page = new URL(path ?? '', client.url);
    return path && page.origin === new URL(client.url).origin ? page.href : undefined;
  } catch {
    return undefined;
  }
}
