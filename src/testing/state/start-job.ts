/** Starting asynchronous jobs. */
import type { Job, JobType } from './job';
import type { Organization, EmulatorState } from './emulator-state';

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
  { emulator, organization, now }: { emulator: EmulatorState; organization: Organization; now: number },
  { type, result, durationMs, error: failure }: JobPlan,
): Job {
  const script = emulator.seed.jobs?.[type] ?? {};
  const endsAt =
    script.status === 'running' ? undefined : now + (script.durationMs ?? durationMs ?? emulator.options.jobMs);
  const error = failure ?? (script.status === 'failed' ? (script.error ?? `${type} failed`) : undefined);
  const done = endsAt === undefined || error !== undefined ? {} : result(endsAt);
  const job: Job = { id: emulator.newId(), type, createdAt: now, endsAt, result: done, error };
  organization.jobs.set(job.id, job);
  return job;
}
