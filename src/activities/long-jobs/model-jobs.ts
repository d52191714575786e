/** Models in the background: created, replaced, previewed, sampled. */
import { ApplicationFailure } from '@temporalio/common';
import { failureTypes } from '../../contracts/failure-types';
import { readServerTime } from '../../executions/server-time';
import type { PolytomicClient } from '../../polytomic/client';
import { operations } from '../../polytomic/operations';
import { pages } from '../../polytomic/pages';
import { redact } from '../../polytomic/redact';
import type { JobContext } from './begin-job';
import { doJob, type JobHandle, type JobKind, type JobResult } from './job-work';
import type { Started } from './long-work';
import type { JobActivities, ModelDone } from './signatures';

type Input<N extends 'create' | 'update' | 'preview' | 'sample'> = Parameters<PolytomicClient['models'][N]>[0];
type ModelJobs = Pick<JobActivities, 'createModel' | 'updateModel' | 'previewModel' | 'sampleModel'>;

const { models } = operations;
/** How far Polytomic's clocks may differ from each other. */
const clockSkewMs = 60_000;

/** Only a create leaves something behind that a lost answer could make twice: it is looked for by name and time. */
const creating: JobKind<Input<'create'>, number> = {
  row: models.create,
  operations: ['models.list', 'identity.get'],
  type: 'createmodel',
  begin: (client, request) => ({
    prepare: (signal) => readServerTime(client, { signal }),
    start: (idempotencyKey) => client.models.create({ ...request, async: true }, { idempotencyKey }),
    findStarted: (notBefore) => findCreated(client, request.name, notBefore),
  }),
};

const updating: JobKind<Input<'update'>, undefined> = {
  row: models.update,
  type: 'updatemodel',
  begin: (client, request) => ({ start: () => client.models.update({ ...request, async: true }) }),
};

const previewing: JobKind<Input<'preview'>, undefined> = {
  row: models.preview,
  type: 'previewmodel',
  begin: (client, request) => ({
    start: (idempotencyKey) => client.models.preview({ ...request, async: true }, { idempotencyKey }),
  }),
};

const sampling: JobKind<Input<'sample'>, undefined> = {
  row: models.sample,
  type: 'samplemodel',
  begin: (client, request) => ({ start: () => client.models.sample({ ...request, async: true }) }),
};

/** Makes the activities. */
export function createModelJobs(context: JobContext): ModelJobs {
  return {
    createModel: async (input) => toModelDone(await doJob(context, creating, input)),
    updateModel: async (input) => toModelDone(await doJob(context, updating, input)),
    previewModel: async (input) => toModelDone(await doJob(context, previewing, input)),
    sampleModel: async (input) => {
      const { jobId, result } = await doJob(context, sampling, input);
      return { ...result, jobId };
    },
  };
}

function toModelDone({ jobId, result }: JobResult): ModelDone {
  return { jobId, model: redact(models.get, result) };
}

async function findCreated(
  client: PolytomicClient,
  name: string,
  notBefore: number,
): Promise<Started<JobHandle, JobResult>[]> {
  const found: Started<JobHandle, JobResult>[] = [];
  for await (const { items } of pages(client.models.list, {})) {
    const ours = items.filter(
      (model) => model.name === name && Date.parse(model.created_at ?? '') >= notBefore - clockSkewMs,
    );
    found.push(...ours.map((model) => ({ result: { jobId: null, result: { ...model } } })));
  }
  if (found.length < 2) return found;
  throw ApplicationFailure.create({
    type: failureTypes.Ambiguous,
    nonRetryable: true,
    message: `${found.length} models named "${name}" were created just now`,
  });
}
