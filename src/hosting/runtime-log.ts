/** Log lines of what runs outside any activity, through the logger of the Temporal runtime. */
import { Runtime } from '@temporalio/worker';
import type { ActivityLog } from '../activities/dependencies';

/** Asks for the runtime only when there is something to say, so that the user's own `Runtime.install` comes first. */
export const runtimeLog: ActivityLog = {
  info: (message, attributes) => void Runtime.instance().logger.info(`Polytomic: ${message}`, attributes),
  warn: (message, attributes) => void Runtime.instance().logger.warn(`Polytomic: ${message}`, attributes),
};
