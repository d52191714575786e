/** Adds the page in Polytomic to executions whose run may count as a failure, so that a person can go and look. */
import type { Execution } from '../contracts/execution';
import type { CancelledItem } from '../contracts/starts';
import type { AwaitItem, SettledExecution } from '../contracts/waits';
import type { PolytomicClient } from '../polytomic/client';
import { hasErrors } from '../rules/run-outcome';

/** Each page costs a request; beyond this many, the ids must do. */
const maxPages = 5;

/** A page is a convenience: nothing waits longer for it, in milliseconds. */
const maxWaitMs = 3_000;

/** How pages are read. */
export interface UrlOptions {
  signal: AbortSignal;
  /** Whether a run may count as a failure that does not show in its execution. */
  mayStillFail: (execution: Execution) => boolean;
}

/** The same list; the first few executions that may be failures have their `url`, where the API version and the key allow it. */
export async function withUrls<T extends SettledExecution | CancelledItem>(
  client: PolytomicClient,
  items: readonly T[],
  { signal, mayStillFail }: UrlOptions,
): Promise<T[]> {
  const executions = items.flatMap((one) => executionOf(one) ?? []);
  const troubled = executions.filter(isTroubled);
  const doubtful = executions.filter((one) => !isTroubled(one) && mayStillFail(one));
  const wanted = [...troubled, ...doubtful].slice(0, maxPages);
  if (wanted.length === 0) return [...items];
  const soon = new AbortController();
  const cancelTimer = client.clock.setTimer(maxWaitMs, () => soon.abort());
  const limited = AbortSignal.any([signal, soon.signal]);
  const pages = await Promise.all(wanted.map(({ executionId }) => pageOf(client, executionId, limited)));
  cancelTimer();
  const urls = new Map(wanted.map(({ executionId }, index) => [executionId, pages[index]]));
  return items.map((one) => {
    const execution = executionOf(one);
    const url = execution && urls.get(execution.executionId);
    return url ? { ...one, execution: { ...execution, url } } : one;
  });
}

/** As the items of a wait say. */
export function mayStillFailOf(items: readonly AwaitItem[]): UrlOptions['mayStillFail'] {
  const ids = new Set(items.flatMap(({ executionId, mayStillFail }) => (mayStillFail ? executionId : [])));
  return ({ executionId }) => ids.has(executionId);
}

function executionOf(item: SettledExecution | CancelledItem): Execution | null {
  return 'execution' in item ? item.execution : null;
}

function isTroubled(execution: Execution): boolean {
  return execution.ending !== 'completed' || hasErrors(execution) || (execution.schemaCounts?.failed ?? 0) > 0;
}

/** Whatever goes wrong, the end of the run is reported without its page. */
async function pageOf(client: PolytomicClient, id: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { canonical_path: path } = await client.entities.get({ id }, { signal });
    const page = new URL(path ?? '', client.url);
    return path && page.origin === new URL(client.url).origin ? page.href : undefined;
  } catch {
    return undefined;
  }
}
