/**
 * Tells runs that uncertain tries of a start may have made from those of others. What nobody can know: whether a schedule
 * or a person started a run that does not contradict the request in the very time in which a try of ours went unanswered.
 */
import type { StartOptions } from '../contracts/run-options';
import type { EffectWindow, KnownRuns } from '../contracts/starts';
import { isInProgress } from './snapshot';
import type { ReadOptions, ShapedExecution, SyncAdapter } from './sync-adapter';

/** What is known of a start whose run is sought. */
export interface SoughtRun {
  windows: readonly EffectWindow[];
  known: KnownRuns;
  options: StartOptions;
  /** Only some schemas were asked for, and which could not be read: any part may be ours. */
  someSchemas?: boolean;
}

/** How far Polytomic's clocks may differ from each other. */
const clockSkewMs = 60_000;
/** The same where older runs are not known by their ids: then a wide margin would take in runs of before the snapshot. */
const unlistedSkewMs = 5_000;

/** How long before and after a window a run of ours may seem to have been created, milliseconds. */
export function skewOf({ listed }: KnownRuns): number {
  return listed ? clockSkewMs : unlistedSkewMs;
}

/** Whether something was created while a try may have taken effect, as far as Polytomic's clocks agree. */
export function isWithin({ from, to }: EffectWindow, created: number, skewMs: number): boolean {
  return created >= from - skewMs && created <= to + skewMs;
}

/**
 * The executions that may be ours, the earliest created first, as a run in progress keeps others from starting.
 *
 * @param executions newest first
 */
export function findAdoptable(executions: readonly ShapedExecution[], sought: SoughtRun): ShapedExecution[] {
  const { known, windows } = sought;
  const skewMs = skewOf(known);
  const isOfWindow = (execution: ShapedExecution, position: number): boolean => {
    const created = createdMs(execution, () => isListedAbove(executions, position, known));
    const ended = Date.parse(execution.completedAt ?? '');
    const isUndated = Number.isNaN(created) && isFirstOfSync(known);
    return windows.some(
      (window) => (isUndated || isWithin(window, created, skewMs)) && !(ended < window.from - skewMs),
    );
  };
  return executions
    .filter(
      (execution, position) =>
        !known.ids.includes(execution.executionId) &&
        isOfWindow(execution, position) &&
        !contradicts(execution, sought),
    )
    .toReversed();
}

/**
 * Which of {@link findAdoptable} to take: the first that fits without a difference of clocks, as one of before the try is more
 * likely another's that a list had not shown yet. Nobody can tell more of them apart.
 */
export function selectCandidate(
  candidates: readonly ShapedExecution[],
  { windows }: Pick<SoughtRun, 'windows'>,
): ShapedExecution | undefined {
  const fits = ({ createdAt, startedAt }: ShapedExecution): boolean =>
    windows.some((window) => isWithin(window, Date.parse(createdAt ?? startedAt ?? ''), 0));
  return candidates.find(fits) ?? candidates[0];
}

/**
 * The newest run that explains a 409 to a start of ours: one in progress, or one that is newer than all that the snapshot
 * knew. Where the snapshot listed none, one that ended after the post began.
 *
 * @param postedAt when the post began, by Polytomic's clock
 */
export function findConflicting(
  executions: readonly ShapedExecution[],
  { known, postedAt }: { known: KnownRuns; postedAt: number },
): ShapedExecution | undefined {
  const firstKnown = executions.findIndex(({ executionId }) => known.ids.includes(executionId));
  const newer = firstKnown < 0 ? executions.length : firstKnown;
  return executions.find((execution, position) => {
    if (isInProgress(execution, postedAt)) return true;
    if (known.listed) return position < newer;
    const isKnown = known.ids.includes(execution.executionId);
    return !isKnown && Date.parse(execution.completedAt ?? '') >= postedAt - unlistedSkewMs;
  });
}

/**
 * All runs back to a time, newest first: others may have started more since than a page holds. The list is ordered by
 * beginning, so that it is read until a run is met that began before that time. @throws PolytomicError
 */
export async function listSince(
  adapter: SyncAdapter,
  syncId: string,
  { from, ...options }: { from: number } & ReadOptions,
): Promise<ShapedExecution[]> {
  const found = new Map<string, ShapedExecution>();
  for await (const page of adapter.executionPages(syncId, { ...options, goesBack: true })) {
    for (const run of page) if (!found.has(run.executionId)) found.set(run.executionId, run);
    if (page.some(({ startedAt, createdAt }) => Date.parse(startedAt ?? createdAt ?? '') < from)) break;
  }
  return [...found.values()];
}

/** When the earliest run of ours may have been created. */
export function earliestOf({ windows, known }: Pick<SoughtRun, 'windows' | 'known'>): number {
  return Math.min(...windows.map(({ from }) => from)) - skewOf(known);
}

/**
 * A run that does not tell its creation counts from its beginning, and only where it is proved to be new. One that has not
 * begun either is left alone, as it may have waited since before the snapshot; but see {@link isFirstOfSync}.
 */
function createdMs({ createdAt, startedAt }: ShapedExecution, isNew: () => boolean): number {
  if (createdAt !== null) return Date.parse(createdAt);
  return startedAt !== null && isNew() ? Date.parse(startedAt) : NaN;
}

/** The position proves something for runs that have begun alone: lists may put the others last. */
function isListedAbove(executions: readonly ShapedExecution[], position: number, known: KnownRuns): boolean {
  if (!known.listed) return false;
  if (isFirstOfSync(known)) return true;
  return executions.slice(position + 1).some(({ executionId }) => known.ids.includes(executionId));
}

/** The snapshot proves that there was none: whatever exists now came after it, even if it tells no time of its own. */
function isFirstOfSync({ listed, ids }: KnownRuns): boolean {
  return listed && ids.length === 0;
}

/** What merely reads unlike (all schemas told as no part, a refetch told as no resync) does not contradict. */
function contradicts({ shape }: ShapedExecution, { options, someSchemas }: SoughtRun): boolean {
  if (!shape) return false;
  if (shape.isTest !== (options.test ?? false)) return true;
  if (shape.isResync && !options.resync && options.resyncMode === undefined) return true;
  if (someSchemas) return false;
  const wanted = new Set(options.schemas ?? []);
  if (wanted.size === 0) return shape.isPartial;
  return (shape.schemas ?? []).some((schema) => !wanted.has(schema));
}
