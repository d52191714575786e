/** An asynchronous job: created, running, done or failed, by the clock alone. */
import type { Organization, World } from './world';

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

/** What a new job does. */
export interface JobPlan {
  readonly type: JobType;
  /** Does the work, to take effect at `endsAt`, and returns what is told then. Not called when the job fails or never ends. */
  readonly result: (endsAt: number) => Readonly<Record<string, unknown>>;
  /** Milliseconds until it ends, where the script does not say. Default: the emulator's `jobMs`. */
  readonly durationMs?: number;
  /** Why it fails, whatever the script says. */
  readonly error?: string;
}

/** Starts a job as the seed's script for its type says. */
export function startJob(
  { world, organization, now }: { world: World; organization: Organization; now: number },
  { type, result, durationMs, error: failure }: JobPlan,
): Job {
  const script = world.seed.jobs?.[type] ?? {};
  const endsAt =
    script.status === 'running' ? undefined : now + (script.durationMs ?? durationMs ?? world.options.jobMs);
  const error = failure ?? (script.status === 'failed' ? (script.error ?? `${type} failed`) : undefined);
  const done = endsAt === undefined || error !== undefined ? {} : result(endsAt);
  const job: Job = { id: world.newId(), type, createdAt: now, endsAt, result: done, error };
  organization.jobs.set(job.id, job);
  return job;
}

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
