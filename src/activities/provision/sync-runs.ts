/** Runs of a sync that is about to be deleted. */
import type { ProvisionKind } from '../../contracts/provision-spec';
import { adapterFor } from '../../executions/adapter-for';
import type { SyncAdapter } from '../../executions/sync-adapter';
import type { PolytomicClient } from '../../polytomic/client';
import { sleep } from '../../polytomic/clock';

/** How long a cancelled run may take to end. */
const stopTimeoutMs = 5 * 60_000;
const lookEveryMs = 2_000;

const adapterOf = (client: PolytomicClient, kind: ProvisionKind): SyncAdapter =>
  adapterFor(kind === 'modelSyncs' ? 'model' : 'bulk', client);

/** The oldest run of it that is listed, whoever started it; null where there was none. @throws PolytomicError */
export async function firstRunOf(client: PolytomicClient, kind: ProvisionKind, id: string): Promise<string | null> {
  return (await adapterOf(client, kind).recentExecutions(id, {})).at(-1)?.executionId ?? null;
}

/**
 * Cancels the runs in progress and waits for their ends; answers why it could not. `mayWrite` is awaited right before each
 * cancel. @throws PolytomicError
 */
export async function stopRuns(
  client: PolytomicClient,
  { kind, id }: { kind: ProvisionKind; id: string },
  { signal, mayWrite }: { signal: AbortSignal; mayWrite: () => Promise<void> },
): Promise<string | undefined> {
  const adapter = adapterOf(client, kind);
  const deadline = client.clock.now() + stopTimeoutMs;
  const asked = new Set<string>();
  for (;;) {
    const running = (await adapter.recentExecutions(id, {})).filter(({ phase }) => phase !== 'ended');
    if (running.length === 0) return undefined;
    if (client.clock.now() >= deadline) return `its run ${running[0]?.executionId} does not end`;
    for (const { executionId } of running.filter((run) => !asked.has(run.executionId))) {
      asked.add(executionId);
      await mayWrite();
      await adapter.cancel({ kind: adapter.kind, syncId: id, executionId });
    }
    await sleep(lookEveryMs, client.clock, signal);
    signal.throwIfAborted();
  }
}
