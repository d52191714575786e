/** Work that Polytomic does as a job: the answer that starts it names the job, or has the result already. */
import type { PolytomicClient } from '../../polytomic/client';
import type { AnyOperation } from '../../polytomic/operation';
import { operations } from '../../polytomic/operations';
import { redact } from '../../polytomic/redact';
import { createTextGuard, type CallSecrets } from '../../polytomic/secret-text';
import { cutSignedUrlsIn } from '../../polytomic/signed-urls';
import { beginJob, type BegunJob, type JobContext } from './begin-job';
import { untilDone, type WorkRead, type LongWork, type Started } from './long-work';
import { workFailed } from './work-failed';

/** A job, by what `jobs.get` wants to know. */
export interface JobHandle {
  type: string;
  id: string;
}

/** What a job, or the answer in its place, came to; `jobId` is null for the latter. */
export interface JobResult {
  jobId: string | null;
  /** What {@link doJob} answers is without what may be secret in it; `finalize` gets it as the server gives it. */
  result: Record<string, unknown>;
}

/** How a job is started, and what to know of that. `B`: what must be known before. */
export type JobStart<B> = Pick<LongWork<JobHandle, JobResult, B>, 'prepare' | 'findStarted'> & {
  start: (key: string) => Promise<{ job?: Job | null }>;
};

/** One kind of job. */
export interface JobKind<I, B> {
  /** The operation that starts it. */
  row: AnyOperation;
  /** Operations besides it and `jobs.get`. */
  operations?: readonly string[];
  /** The job's type, where an answer does not say. */
  type: string;
  begin(client: PolytomicClient, request: I): JobStart<B>;
  /** What to do with the result while the work can still be done again. Default: nothing. */
  finalize?: (result: JobResult, job: BegunJob<I>) => Promise<WorkRead<JobResult>>;
}

type Job = Awaited<ReturnType<PolytomicClient['jobs']['get']>>;

/** Does the job that an activity's input asks for. @throws what an activity's door knows */
export async function doJob<I, B>(context: JobContext, kind: JobKind<I, B>, input: unknown): Promise<JobResult> {
  const { row, operations: others = [], type, finalize = async (result) => ({ result }) } = kind;
  const job = await beginJob<I>(context, { row, operations: [operations.jobs.get.name, ...others], input });
  const { client } = job.organization;
  const { start, ...rest } = kind.begin(client, job.request);
  const work: LongWork<JobHandle, JobResult, B> = {
    ...rest,
    start: async (key) => {
      const started = toStarted(await start(key), type);
      if ('handle' in started) return started;
      const found = await finalize(started.result, job);
      if (typeof found === 'object') return found;
      throw workFailed('its result was gone before it could be read');
    },
    read: async (handle, { signal }) => {
      const found = judge(await client.jobs.get(handle, { signal, secrets: job.secrets.secrets }), handle, job.secrets);
      return typeof found === 'object' ? finalize(found.result, job) : found;
    },
  };
  const { jobId, result } = await untilDone(work, job.attempt);
  return { jobId, result: withoutJobSecrets(result) };
}

/** What a job tells, without what may be secret in it. */
function withoutJobSecrets(result: Record<string, unknown>): Record<string, unknown> {
  return toRecord(cutSignedUrlsIn(redact(operations.jobs.get, { result }).result));
}

/** A job beside data counts: the data may be those of before. */
function toStarted({ job, ...data }: { job?: Job | null }, type: string): Started<JobHandle, JobResult> {
  if (job?.job_id) return { handle: { id: job.job_id, type: job.type || type } };
  return { result: { jobId: null, result: data } };
}

function judge({ status, result, error }: Job, { id }: JobHandle, secrets: CallSecrets): WorkRead<JobResult> {
  if (status === 'done') return { result: { jobId: id, result: toRecord(result) } };
  if (status === 'failed') throw workFailed(reasonOf(error, secrets));
  return 'running';
}

function reasonOf(error: string | null | undefined, secrets: CallSecrets): string {
  if (!error) return 'Polytomic does not say why';
  return createTextGuard(secrets)(error) ?? 'what Polytomic says of it is withheld, as it may quote a secret';
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
