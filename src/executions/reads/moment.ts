/** What time it is, for whoever waits. */

/** Now, on both clocks. */
export interface Moment {
  /** Of the monotonic clock, milliseconds. */
  now: number;
  /** Polytomic's time, milliseconds since the epoch; before its first answer, that of this machine. */
  serverNow: number;
  /** A number from 0 up to 1, so that what begins together spreads. */
  chance: number;
}

/** Now, where nothing is drawn. */
export type BothClocks = Pick<Moment, 'now' | 'serverNow'>;
