/** Finds the run that a start with a lost answer may have made. */
import type { StartItem } from '../contracts/composite-activities';
import type { ExecutionShape } from '../contracts/execution';
import { fitsRequest } from '../rules/start-decision';
import type { ReadOptions, ShapedExecution, SyncAdapter } from './sync-adapter';

/** How far Polytomic's clocks may differ from each other. */
const clockSkewMs = 60_000;

/** What was known before the first try. */
export type Baseline = Pick<StartItem, 'newestBefore' | 'notBefore'>;

/**
 * The executions that are newer than the baseline, newest first: those listed above the one that was the newest, if it
 * is still listed, and not created before the baseline. One that does not tell its creation needs the former as proof.
 *
 * @param executions newest first
 */
export function newerThan(executions: readonly ShapedExecution[], baseline: Baseline): ShapedExecution[] {
  const position = executions.findIndex(({ executionId }) => executionId === baseline.newestBefore);
  const candidates = position < 0 ? executions : executions.slice(0, position);
  return candidates.filter(({ createdAt }) =>
    createdAt === null ? position >= 0 : isSince(createdAt, baseline.notBefore),
  );
}

/** Whether something was created at or after a time of Polytomic's, as far as its clocks agree. */
export function isSince(createdAt: string, notBefore: string): boolean {
  return Date.parse(createdAt) >= Date.parse(notBefore) - clockSkewMs;
}

/**
 * The executions that may be ours, likeliest first: the newer ones that are shaped as asked, the earliest of them first,
 * as a run in progress keeps others from starting. A model sync's run shows no shape, so that any newer one is among
 * them. Nobody can know whether a schedule or a person started it in the moment in which our answer was lost.
 */
export function perhapsOurs(
  executions: readonly ShapedExecution[],
  wanted: Baseline & Pick<StartItem, 'options'>,
): ShapedExecution[] {
  const newer = newerThan(executions, wanted).toReversed();
  return newer.filter(({ shape }) => shape === undefined || looksAsked(shape, wanted));
}

/** Where a partial run does not tell its schemas (yet), it gets the benefit of the doubt. */
function looksAsked(shape: ExecutionShape, { options }: Pick<StartItem, 'options'>): boolean {
  const schemas = shape.schemas ?? (shape.isPartial ? options.schemas : undefined);
  return fitsRequest({ ...shape, ...(schemas && { schemas }) }, options);
}

/** Looks once for {@link perhapsOurs}. @throws PolytomicError */
export async function findOurs(
  { adapter, item }: { adapter: SyncAdapter; item: Pick<StartItem, 'syncId' | 'options'> & Baseline },
  options?: ReadOptions,
): Promise<ShapedExecution[]> {
  return perhapsOurs(await adapter.recentExecutions(item.syncId, options), item);
}
