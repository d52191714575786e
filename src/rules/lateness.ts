/** When a run counts as late. */
import type { ResolvedRunOptions } from '../contracts/run-options';
import type { UsualDuration } from '../contracts/sync-snapshot';

/**
 * Looks at a run are seconds apart, so the end of a short one is seen only after many times its usual duration: that is
 * no lateness.
 */
const soonestMs = 5_000;

/** Milliseconds after its beginning at which a run is late; null: never, as its usual duration is not known. */
export function lateAfterMs(warnAfter: ResolvedRunOptions['warnAfter'], usual: UsualDuration | null): number | null {
  if ('ms' in warnAfter) return warnAfter.ms;
  return usual === null ? null : Math.max(soonestMs, usual.medianMs * warnAfter.timesMedian);
}
