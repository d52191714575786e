/** Runs the watcher's own work outside of whoever called it. */
import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Runs a function in the async context in which this module was loaded. Whatever it starts (timers, reads) then belongs
 * to no caller: an activity's context would be kept alive by, and wrongly seen in, work that is done for many.
 */
export const inRootContext: <R>(work: () => R) => R = AsyncLocalStorage.snapshot();
