/** Polytomic's clock, finer than its answers tell it. */

/** An answer's `Date` is cut to whole seconds. */
const resolutionMs = 1_000;

/**
 * Polytomic's time (milliseconds since the epoch) when an answer came. Where the local clock agrees with the answer's
 * `Date` it is believed, as it is finer; else it is the latest time that the `Date` may stand for, so that nothing that
 * happened before the answer seems to have happened later.
 */
export function polytomicNow(date: string | undefined, localNow: number): number {
  const told = Date.parse(date ?? '');
  if (Number.isNaN(told)) return localNow;
  const latest = told + resolutionMs;
  return localNow >= told && localNow <= latest ? localNow : latest;
}
