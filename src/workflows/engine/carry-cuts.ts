/** How the state becomes smaller, step by step, until continue-as-new can carry it. Pure. */
import { cutToBytes, jsonBytes } from '../../rules/json-bytes';
import type { Execution } from '../../contracts/execution';
import type { Job } from './job';
import type { QueuedSync } from './queue-state';

/** What is kept of jobs and of what waits. */
export interface Cut {
  /** Jobs are packed: without loss, but people can hardly read them in the Temporal UI. */
  isPacked: boolean;
  /** Messages of each execution. */
  maxErrors: number;
  /** Of names of failed schemas; beyond, they are read from the execution that failed. */
  maxSchemaBytes: number;
  /** Executions of earlier attempts, of all jobs together. */
  maxEarlierExecutions: number;
  /** In a name of a sync that waits, and of one that was admitted. */
  maxWaitingNameBytes: number;
  maxNameBytes: number;
}

const maxErrorBytes = 200;
const shortNameBytes = 60;

const lightest: Cut = {
  isPacked: false,
  maxErrors: 3,
  maxSchemaBytes: 500_000,
  maxEarlierExecutions: 5_000,
  maxWaitingNameBytes: Infinity,
  maxNameBytes: Infinity,
};

/** What each further cut changes, last what people read in results. Few, as each one measures all anew. */
const further: readonly Partial<Cut>[] = [
  { isPacked: true },
  { maxErrors: 1, maxSchemaBytes: 0 },
  { maxErrors: 0, maxEarlierExecutions: 1 },
  { maxWaitingNameBytes: shortNameBytes, maxNameBytes: shortNameBytes },
];

/** All cuts, each of which includes those before it. */
export function* cutsInOrder(): Generator<Cut> {
  let cut = lightest;
  yield cut;
  for (const more of further) yield (cut = { ...cut, ...more });
}

/** Jobs with no more than the cut keeps; what decides their results is always kept. */
export function cutJobs(jobs: readonly Job[], cut: Cut): Job[] {
  let left = cut.maxSchemaBytes;
  const idsEach = Math.max(1, Math.floor(cut.maxEarlierExecutions / jobs.length));
  return jobs.map((job) => {
    const { earlier, known, name } = job;
    const light: Job = {
      ...job,
      name: name === null ? null : cutToBytes(name, cut.maxNameBytes),
      ...(known && { known: { ...known, name: cutToBytes(known.name, cut.maxNameBytes) } }),
      executions: job.executions.map((execution) => cutExecution(execution, cut)),
      ...(earlier && { earlier: { ...earlier, executions: earlier.executions.slice(-idsEach) } }),
    };
    const { schemas } = job.start;
    const failedIn = job.executions.at(-1)?.executionId;
    // Before another attempt, the schemas are those that the input names.
    if (!schemas || failedIn === undefined || job.failedAttempt) return light;
    // Once one does not fit, none is measured any more.
    if (left >= 0) left -= jsonBytes(schemas);
    if (left >= 0) return light;
    const { schemas: _names, ...start } = job.start;
    return { ...light, start, failedSchemasOf: failedIn };
  });
}

/** Syncs that wait, with names that the cut allows. */
export function cutWaiting(syncs: readonly QueuedSync[], { maxWaitingNameBytes }: Cut): QueuedSync[] {
  return syncs.map((sync) => ({ ...sync, name: cutToBytes(sync.name, maxWaitingNameBytes) }));
}

function cutExecution(
  { schemas: _schemas, failedSchemas: _failed, ...execution }: Execution,
  { maxErrors }: Cut,
): Execution {
  const errors = execution.errors.slice(0, maxErrors).map((text) => cutToBytes(text, maxErrorBytes));
  return { ...execution, errors };
}
