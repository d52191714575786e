/** Where and how urgently the activities of an inline call run. */
import type { Priority } from '@temporalio/common';
import type { ActivityOptions } from '@temporalio/workflow';

/** Options of inline calls for the activities that they schedule. */
export interface ActivityPlacement {
  /**
   * Task queue of a worker with our activities. Waits run on that worker's own wait queue, and an activity of yours that `notify`
   * names stays on the workflow's queue. Default: the workflow's own.
   */
  taskQueue?: string;
  /** Priority and fairness of the activities. Default: those of the workflow. */
  priority?: Priority;
}

/** The options as Temporal takes them. */
export function toActivityOptions({ taskQueue, priority }: ActivityPlacement): ActivityOptions {
  return { ...(taskQueue !== undefined && { taskQueue }), ...(priority && { priority }) };
}
