/** When the history of an apply or a destroy takes little more. */

/** Temporal ends a workflow at 51,200 events or 50 MB. What is under way still has to come to its end. */
const maxEvents = 40_000;
const maxHistoryBytes = 40_000_000;

/**
 * An apply and a destroy hold a lock by their run, so that they never continue as new. A set's limits keep their histories
 * short; only trouble that lasts for days fills one.
 *
 * @param facts what Temporal says of the workflow; the size in bytes
 */
export function isHistoryFull({ historyLength, historySize }: { historyLength: number; historySize: number }): boolean {
  return historyLength >= maxEvents || historySize >= maxHistoryBytes;
}
