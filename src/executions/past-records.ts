/** How many records the runs before a run had that were started alike. */
import { maxPastRuns } from '../rules/records-ratio';
import type { PastRecordsItem } from '../contracts/past-records';
import type { ReadOptions, ShapedExecution, SyncAdapter } from './sync-adapter';
import { usualFetchMode } from '../rules/start-decision';

/** Runs of other kinds may lie between those that are compared; a sync that mixes them more than this decides nothing. */
const maxPages = 5;

/**
 * Counts of completed runs before it, newest first; none where it is not to be compared. Null where the list does not show
 * the run itself.
 *
 * @throws PolytomicError
 */
export async function readPastRecords(
  adapter: SyncAdapter,
  item: PastRecordsItem,
  options: ReadOptions,
): Promise<number[] | null> {
  const runs: ShapedExecution[] = [];
  let pages = 0;
  for await (const page of adapter.executionPages(item.syncId, options)) {
    runs.push(...page);
    pages += 1;
    if (pages >= maxPages || (comparableRecords(runs, item)?.length ?? 0) >= maxPastRuns) break;
  }
  return comparableRecords(runs, item);
}

/** Null where the run itself is not among them. @param runs newest first */
export function comparableRecords(
  runs: readonly ShapedExecution[],
  { executionId, except }: Pick<PastRecordsItem, 'executionId' | 'except'>,
): number[] | null {
  const at = runs.findIndex((run) => run.executionId === executionId);
  const own = runs[at];
  if (!own) return null;
  return runs
    .slice(at + 1)
    .filter((run) => run.ending === 'completed' && !except.includes(run.executionId) && isAlike(own, run))
    .flatMap(({ records }) => records.total ?? [])
    .slice(0, maxPastRuns);
}

/** As far as Polytomic tells, which of model syncs is nothing. What it leaves out of a partial run makes it like no other. */
function isAlike(own: ShapedExecution, other: ShapedExecution): boolean {
  if (own.kind === 'model') return true;
  const [mine, theirs] = [own.shape, other.shape];
  if (!mine || !theirs || mine.isTest || theirs.isTest) return false;
  if ((mine.fetchMode ?? usualFetchMode) !== (theirs.fetchMode ?? usualFetchMode)) return false;
  if (mine.isResync !== theirs.isResync || mine.isPartial !== theirs.isPartial) return false;
  return !mine.isPartial || isSameSet(mine.schemas, theirs.schemas);
}

function isSameSet(some: readonly string[] | undefined, others: readonly string[] | undefined): boolean {
  if (!some || !others) return false;
  const known = new Set(some);
  return known.size === new Set(others).size && others.every((one) => known.has(one));
}
