/** How many workflows the ready worker keeps in memory between their tasks. */

/**
 * Each takes about 400 KiB; any other is replayed at its next task. Single runs wait for hours on histories of 25 events,
 * which replay in 17 ms of CPU. Fan-outs have a task every few seconds, so they stay.
 */
export const maxCachedWorkflows = 100;
