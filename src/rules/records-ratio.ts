/** Compares the records of a run with those of the runs before it. */
import type { StartOptions } from '../contracts/run-options';
import type { SyncKind } from '../contracts/sync-kind';
import { medianOf } from './median';

/** A run is compared with so many runs before it. */
export const maxPastRuns = 10;

/** Fewer runs do not tell what is usual. */
const minPastRuns = 5;

/** How a run was started. */
export interface StartedRun {
  kind: SyncKind;
  start: StartOptions;
}

/** Whether a run started like this can be compared: a test cannot, nor a run whose like the list of runs does not tell. */
export function isComparable({ kind, start }: StartedRun): boolean {
  const { test, identities, sourceIdentities } = start;
  if (test) return false;
  return kind === 'bulk' || (identities === undefined && sourceIdentities === undefined);
}

/**
 * Why a run has too few records; undefined where it has enough, or where too few runs can be compared with it.
 *
 * @param total records of the run; null where not reported
 * @param past records of the runs before it, newest first
 */
export function tooFewRecords(total: number | null, past: readonly number[], ratio: number): string | undefined {
  const compared = past.slice(0, maxPastRuns);
  if (compared.length < minPastRuns) return undefined;
  const median = medianOf(compared);
  // Of decimals, only the quotient is exact: 0.55 of 100 is more than 55 as a product.
  if (total !== null && (median === 0 || total / median >= ratio)) return undefined;
  const count = total === null ? 'an unreported number of' : total;
  return `${count} records, fewer than minRecordsRatio ${ratio} of ${median}, the median of the last ${compared.length} runs`;
}
