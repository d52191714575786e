/** From a workflow's input to the engine's first state, by way of the activities that read the input. */
import { proxyActivities } from '@temporalio/workflow';
import type { AwaitSyncInput, PreparedAwaitSync } from '../contracts/await-sync';
import type {
  CompositeActivities,
  PreparedRuns,
  RunWorkflowName,
  SyncSnapshot,
} from '../contracts/composite-activities';
import { activityPrefix } from '../contracts/names';
import { readOptions } from './engine/activity-options';
import { followRun } from './engine/decide';
import { endJob, endUnadmitted } from './engine/ends';
import { enterStage, newJob, syncKeyOf, type Job } from './engine/job';
import { newGraphQueue, newListQueue, takeJobs, type Queue } from './engine/queue';
import { newState, type EngineState, type Wishes } from './engine/state';

/** What a first state is made of besides the input. */
export interface Beginning {
  /** Base of all keys; drawn before anything is awaited. */
  base: string;
  /** When the workflow, or the inline call, began; milliseconds since the epoch by the workflow's clock. */
  began: number;
  wishes: Wishes;
}

/** One sync, named or to be created. */
export async function prepareRun(
  workflow: Extract<RunWorkflowName, `${string}Sync`>,
  input: unknown,
  beginning: Beginning,
): Promise<EngineState> {
  const prepared = await prepareRuns(workflow, input);
  const state = newState({ mode: 'single', ...beginning, prepared, queue: { type: 'none' } });
  const [snapshot] = prepared.syncs;
  const job = addOnlyJob(state, prepared, snapshot);
  const now = Date.now();
  if (prepared.expired) return expire(state, job, now);
  if (prepared.create) {
    job.create = prepared.create;
    enterStage(job, { type: 'creating', isInFlight: false }, now);
  } else if (snapshot) {
    state.snapshots[syncKeyOf(job)] = snapshot;
  } else {
    const failure = { type: 'polytomic.NotFound', message: 'No sync was found', nonRetryable: true };
    endJob(state, job, { type: 'failure', failure }, now);
  }
  return state;
}

/** A run that somebody else starts. @param began when the wait began, which may be before the call */
export async function prepareAwait(input: AwaitSyncInput, { began, ...beginning }: Beginning): Promise<EngineState> {
  const called = Date.now();
  const request = { input, beganAt: new Date(began).toISOString() };
  const prepared = await reads().prepareAwaitSync(request);
  const state = newState({ mode: 'single', ...beginning, began: called, prepared, queue: { type: 'none' } });
  const [snapshot] = prepared.syncs;
  const job = addOnlyJob(state, prepared, snapshot);
  job.attached = true;
  job.since = began;
  const now = Date.now();
  if (prepared.expired || !snapshot) return expire(state, job, now);
  const { executionId } = prepared;
  if (executionId === null) {
    state.search = searchFor(prepared, snapshot, { began, now });
    enterStage(job, { type: 'searching', usual: snapshot.usual, isInFlight: false }, now);
  } else {
    followRun(job, knownRun(executionId, snapshot), { ownership: 'attached', usual: snapshot.usual }, now);
  }
  return state;
}

/** A fan-out or pipeline. */
export async function prepareMany(
  workflow: Extract<RunWorkflowName, `runAll${string}` | 'runSyncPipeline'>,
  input: unknown,
  beginning: Beginning,
): Promise<EngineState> {
  const prepared = await prepareRuns(workflow, input);
  const state = newState({ mode: 'many', ...beginning, prepared, queue: queueOf(prepared) });
  if (state.queue.type === 'graph') skipSteps(state);
  return state;
}

/** Steps that were to be skipped before it was known which there are. */
function skipSteps(state: EngineState): void {
  const now = Date.now();
  const verdict = { outcome: 'skipped', reason: 'skipped on request' } as const;
  for (const job of takeJobs(state, state.wishes.skips, now)) endUnadmitted(state, job, verdict, now);
  state.wishes.skips = [];
}

function queueOf({ steps }: PreparedRuns): Queue {
  return steps ? newGraphQueue(steps) : newListQueue();
}

function addOnlyJob(state: EngineState, prepared: PreparedRuns, snapshot: SyncSnapshot | undefined): Job {
  const { kind, options } = prepared;
  const { start, ifInactive, startedAfter, retryFailedSchemas: retriesLeft } = options;
  const syncId = prepared.syncIds[0] ?? '';
  const fields = { kind, syncId, name: snapshot?.name ?? null, connections: [], start, ifInactive, startedAfter };
  const job = newJob({ ...fields, retriesLeft }, Date.now());
  job.id = 'sync';
  state.jobs[job.id] = job;
  return job;
}

function expire(state: EngineState, job: Job, now: number): EngineState {
  const verdict = { outcome: 'timedOut', reason: 'Polytomic did not answer' } as const;
  endJob(state, job, { type: 'verdict', verdict }, now);
  return state;
}

/** Of a run given by its id more is known only if it is the newest; that one has ended unless it is in progress. */
function knownRun(executionId: string, { running, newest }: SyncSnapshot): Parameters<typeof followRun>[1] {
  if (running?.executionId === executionId) return running;
  return newest?.executionId === executionId ? { ...newest, hasEnded: true } : { executionId, createdAt: null };
}

function searchFor(
  { completedAfter, serverTime, serverTimeLagMs }: PreparedAwaitSync,
  { running }: SyncSnapshot,
  { began, now }: { began: number; now: number },
): NonNullable<EngineState['search']> {
  // The lag was measured between two machines, whose clocks may differ: it cannot have been longer than what has passed.
  const lag = Math.min(serverTimeLagMs, now - began);
  const endedAfter = completedAfter ?? new Date(Date.parse(serverTime) - lag).toISOString();
  const isSeenInTime = running !== null && Date.parse(serverTime) >= Date.parse(endedAfter);
  return { endedAfter, inProgress: isSeenInTime ? [running.executionId] : [] };
}

function prepareRuns(workflow: RunWorkflowName, input: unknown): Promise<PreparedRuns> {
  return reads().prepareRuns({ workflow, input });
}

/** The activities that read an input. */
function reads(): Pick<CompositeActivities, 'prepareRuns' | 'prepareAwaitSync'> {
  const scheduled = proxyActivities<Record<string, (request: unknown) => Promise<unknown>>>({
    ...readOptions,
    summary: 'Read the input, the sync and its last run',
  });
  const activity = (name: string) => scheduled[activityPrefix + name];
  return {
    prepareRuns: activity('prepareRuns') as CompositeActivities['prepareRuns'],
    prepareAwaitSync: activity('prepareAwaitSync') as CompositeActivities['prepareAwaitSync'],
  };
}
