/** How lengths of time are written in every input. */

/**
 * A number of milliseconds, a string as Temporal takes it (`'2 hours'`, `'90s'`), or an ISO 8601 duration (`'PT2H'`,
 * `'P1DT30M'`; years and months are refused, as their length varies).
 */
export type Duration = string | number;
