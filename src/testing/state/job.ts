/** An asynchronous job: created, running, done or failed, by the clock alone. */

/** The job types that can be polled; any other is a 400. */
export const jobTypes = [
  'createmodel',
  'updatemodel',
  'previewmodel',
  'samplemodel',
  'exportlogs',
  'connectionproxy',
] as const;
/** A job type that can be polled. */
export type JobType = (typeof jobTypes)[number];

/** How jobs of a type go; what is left out is as usual. */
export interface JobScript {
  /** `running` never ends. Default `done`. */
  readonly status?: 'done' | 'failed' | 'running';
  /** Milliseconds until it ends. Default: the emulator's `jobMs`. */
  readonly durationMs?: number;
  /** Why it `failed`. */
  readonly error?: string;
}

/** A job as stored. */
export interface Job {
  readonly id: string;
  readonly type: JobType;
  readonly createdAt: number;
  /** When it ends; a job that never ends has none. */
  readonly endsAt?: number;
  /** Told at its end, unless it fails. */
  readonly result: Readonly<Record<string, unknown>>;
  /** Told at its end: the job fails. */
  readonly error?: string;
}

/** How long an ended job can be read. Nobody documents it; an old job is a 404, whatever became of its work. */
const keptMs = 24 * 3_600_000;

/** Whether the job is no longer kept. */
export const isForgotten = ({ endsAt }: Job, now: number): boolean => endsAt !== undefined && now > endsAt + keptMs;

/** The job as the API answers it; `result` and `error` appear only at its end. */
export function toJobResponse(
  { id, type, createdAt, endsAt, result, error }: Job,
  now: number,
): Record<string, unknown> {
  const named = { job_id: id, type };
  if (endsAt === undefined || now < endsAt) return { ...named, status: now > createdAt ? 'running' : 'created' };
  return error === undefined ? { ...named, status: 'done', result } : { ...named, status: 'failed', error };
}
