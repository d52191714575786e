/** When a run counts as late. */
import type { ResolvedRunOptions, UsualDuration } from '../contracts/composite-activities';

/** Milliseconds after its beginning at which a run is late; null: never, as its usual duration is not known. */
export function lateAfterMs(warnAfter: ResolvedRunOptions['warnAfter'], usual: UsualDuration | null): number | null {
  if ('ms' in warnAfter) return warnAfter.ms;
  return usual === null ? null : usual.medianMs * warnAfter.timesMedian;
}
