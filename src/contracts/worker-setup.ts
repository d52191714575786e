/** What workflow code must know of the worker's configuration. */
export interface WorkerSetup {
  /** Task queue of the waits; null: the workflow's own. */
  waitTaskQueue: string | null;
  heartbeatTimeoutMs: number;
  /** How long a cancellation waits for its confirmation. */
  cancelTimeoutMs: number;
  /** Whether workflows write search attributes and a memo. Absent: they do not. */
  searchAttributes?: boolean;
}
