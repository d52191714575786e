/** Logarithmic axes: where a value lies, and which values are named. */

/** One axis of a panel, in pixels of the drawing. */
export interface Axis {
  at(value: number): number;
  ticks: number[];
}

/** Covers the values by whole powers of ten, from pixel `from` to pixel `to`. */
export function logAxis(values: readonly number[], from: number, to: number): Axis {
  const lowest = Math.floor(Math.log10(Math.min(...values)));
  const highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...values))));
  const share = (value: number): number => (Math.log10(value) - lowest) / (highest - lowest);
  return {
    at: (value) => Math.round(from + share(value) * (to - from)),
    ticks: Array.from({ length: highest - lowest + 1 }, (_, index) => 10 ** (lowest + index)),
  };
}
