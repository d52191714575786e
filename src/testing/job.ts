/** An asynchronous job: created, running, done, by the clock alone. */

/** A job as stored. */
export interface Job {
  readonly id: string;
  readonly type: string;
  readonly createdAt: number;
  /** Milliseconds until it is done. */
  readonly durationMs: number;
  readonly result: Readonly<Record<string, unknown>>;
}

/** The job types that can be polled; any other is a 400. */
export const jobTypes = [
  'createmodel',
  'updatemodel',
  'previewmodel',
  'samplemodel',
  'exportlogs',
  'connectionproxy',
] as const;

/** The job as the API answers it; `result` appears only at its end. */
export function toJobResponse(job: Job, now: number): Record<string, unknown> {
  const passed = now - job.createdAt;
  const status = passed >= job.durationMs ? 'done' : passed > 0 ? 'running' : 'created';
  return { job_id: job.id, type: job.type, status, ...(status === 'done' ? { result: job.result } : {}) };
}
