/** What results of activities mean for the jobs they are about. Pure, over the engine's state. */
import type { AwaitNextRunResult } from '../../contracts/await-sync';
import type { WorkerSetup } from '../../contracts/worker-setup';
import type { Execution } from '../../contracts/execution';
import type { AwaitIngestionResult } from '../../contracts/ingestion';
import type { ListedSyncs } from '../../contracts/list-syncs';
import type { PastRecords } from '../../contracts/past-records';
import type { CancelledItem, CreateOutcome, StartOutcome } from '../../contracts/starts';
import type { AwaitExecutionsResult, SettledExecution } from '../../contracts/waits';
import { pauseMs } from '../../rules/attempt-state';
import { runsOfOthers } from '../../rules/concurrency';
import { jsonBytes } from '../../rules/json-bytes';
import { isSuccess } from '../../rules/run-outcome';
import { emptyResult, resultOf } from '../../rules/run-result';
import { noteStopped } from './apply-stops';
import { noteCreated, noteStarted } from './apply-tries';
import { endedTooEarly, followRun, noteWaitedOut, searchOn } from './decide';
import { concludeAttempt, noteCompared } from './compare-records';
import { endUnadmitted, endWithResult, failJob, toJobFailure } from './ends';
import { enterStage, identityOf, syncKeyOf, type Job } from './job';
import { noteListed } from './queue';
import { noteStillRuns } from './stalls';
import { firstPickupMs, jobsOf, type EngineState, type Pending } from './state';
import { noteFruitless, noteUnread } from './unread';

/** Of names of failed schemas that are kept for a re-run; beyond, they are read from the execution. */
const maxSchemaBytes = 4_000;
/** Weight of one more duration in the running mean. */
const weightOfNewest = 0.1;
const maxEmptyPauseMs = 60_000;

/** Takes in what an activity answered. */
export function noteAnswer(
  state: EngineState,
  { pending, result }: { pending: Pending; result: unknown },
  now: number,
): void {
  switch (pending.type) {
    case 'start':
      return noteStarted(state, pending, result as StartOutcome[], now);
    case 'create':
      return noteCreated(state, pending, result as CreateOutcome[], now);
    case 'wait':
      return noteReturned(state, { pending, answer: result as AwaitExecutionsResult }, now);
    case 'read':
      return noteRead(state, result as AwaitExecutionsResult, { isWait: false }, now);
    case 'search':
      return noteFound(state, pending, result as AwaitNextRunResult, now);
    case 'catchUp':
      return noteCaughtUp(state, pending, result as AwaitIngestionResult, now);
    case 'cancel':
      return noteStopped(state, pending, result as CancelledItem[], now);
    case 'compare':
      return noteCompared(state, pending, result as PastRecords[], now);
    case 'list':
      return noteWindow(state, result as ListedSyncs, now);
    case 'setup':
      state.settings.setup = result as WorkerSetup;
      state.needsSetup = false;
      return;
    case 'notify': {
      const channel = state.outbox.channels[pending.target ?? ''];
      if (channel) channel.sending = null;
    }
  }
}

function noteReturned(
  state: EngineState,
  { pending, answer }: { pending: Pending; answer: AwaitExecutionsResult },
  now: number,
): void {
  state.pickupMs = firstPickupMs;
  const jobs = pending.jobs.flatMap((id) => state.jobs[id] ?? []);
  const byExecution = new Map<string, Job>();
  for (const job of jobs) {
    if (job.stage.type !== 'running') continue;
    job.stage.isAwaited = false;
    byExecution.set(job.stage.executionId, job);
  }
  for (const end of answer.settled) {
    const job = byExecution.get(end.state === 'ended' ? end.execution.executionId : end.executionId);
    if (job) noteSettled(state, job, end, now);
  }
  noteStillRuns(state, byExecution, answer, now);
  if (jobs.some(({ stage }) => stage.type === 'searching')) noteEmptyWait(state, now);
  else if (answer.settled.length > 0 || answer.stalled) state.emptyWaits = { count: 0, notBefore: 0 };
  else if (!pending.isBounded && jobs.some(({ stage }) => stage.type === 'running')) noteEmptyWait(state, now);
  noteRead(state, answer, { isWait: true }, now);
}

function noteSettled(state: EngineState, job: Job, end: SettledExecution, now: number): void {
  const { stage } = job;
  if (stage.type !== 'running') return;
  // However another's run ended, or whether it can still be read: what is true now must be read anyway.
  if (stage.ownership === 'other') return noteWaitedOut(job, now);
  if (end.state === 'lost') return failJob(state, job, toJobFailure(end.failure), now);
  if (endedTooEarly(job, end.execution)) return searchOn(state, job, stage.executionId, now);
  noteEnded(state, job, end.execution, now);
}

function noteEnded(state: EngineState, job: Job, execution: Execution, now: number): void {
  const { organization, options } = state.settings;
  job.executions.push(execution);
  delete job.failedSchemasOf;
  noteDuration(state, execution);
  const result = resultOf(identityOf(job, organization), job.executions, options);
  const failedCount = execution.schemaCounts?.failed ?? 0;
  const isLast = isSuccess(result.outcome) || job.retriesLeft === 0 || failedCount === 0 || state.closing !== null;
  // None of them may have a name.
  const namedCount = execution.failedSchemas?.length ?? failedCount;
  if (isLast || namedCount === 0 || (!execution.failedSchemas && failedCount > maxReadSchemas)) {
    return concludeAttempt(state, job, result, now);
  }
  job.retriesLeft -= 1;
  wantFailedSchemas(job, execution);
  enterStage(job, { type: 'needsSnapshot' }, now);
}

/** As many schemas as a start request may name. */
const maxReadSchemas = 10_000;

function wantFailedSchemas(job: Job, { executionId, failedSchemas }: Execution): void {
  const { schemas: _all, ...start } = job.start;
  const isShort = failedSchemas && jsonBytes(failedSchemas) <= maxSchemaBytes;
  // In the order in which a start reads them from the execution, as a key must always go with the same request.
  job.start = isShort ? { ...start, schemas: failedSchemas.toSorted() } : start;
  if (!isShort) job.failedSchemasOf = executionId;
}

function noteDuration(state: EngineState, { ending, createdAt, completedAt }: Execution): void {
  const ms = Date.parse(completedAt ?? '') - Date.parse(createdAt ?? '');
  if (ending !== 'completed' || !(ms > 0)) return;
  state.usualMs = state.usualMs === null ? ms : state.usualMs * (1 - weightOfNewest) + ms * weightOfNewest;
}

function noteRead(
  state: EngineState,
  { upNext, failedBefores = [], runsByConnection }: AwaitExecutionsResult,
  { isWait }: { isWait: boolean },
  now: number,
): void {
  if (runsByConnection) noteConnections(state, runsByConnection);
  for (const snapshot of upNext) state.snapshots[syncKeyOf(snapshot)] = snapshot;
  const unread = noteUnread(state, failedBefores, now);
  // Jobs that could not be read have pauses of their own.
  const isFruitless = upNext.length === 0 && (unread.length > 0 || failedBefores.length === 0);
  if (!isWait && isFruitless) noteFruitless(state, unread, now);
}

function noteConnections(state: EngineState, runsByConnection: Readonly<Record<string, number>>): void {
  const running = jobsOf(state).filter(({ stage }) => stage.type === 'running' || stage.type === 'stopping');
  state.others = runsOfOthers(
    runsByConnection,
    running.map(({ connections }) => connections),
  );
}

function noteFound(state: EngineState, pending: Pending, { found }: AwaitNextRunResult, now: number): void {
  const job = state.jobs[pending.jobs[0] ?? ''];
  if (job?.stage.type !== 'searching') return;
  job.stage.isInFlight = false;
  if (found) {
    const { ended: hasEnded, ...run } = found;
    followRun(job, { ...run, hasEnded }, { ownership: 'attached', usual: job.stage.usual }, now);
  } else {
    noteEmptyWait(state, now);
  }
}

function noteCaughtUp(state: EngineState, pending: Pending, { caughtUp }: AwaitIngestionResult, now: number): void {
  const job = state.jobs[pending.jobs[0] ?? ''];
  if (job?.stage.type !== 'searching') return;
  job.stage.isInFlight = false;
  if (!caughtUp) return noteEmptyWait(state, now);
  const result = emptyResult(identityOf(job, state.settings.organization), { outcome: 'completed' }, null);
  endWithResult(state, job, { ...result, ingestion: caughtUp }, now);
}

/** A wait returned with nothing: the next one begins after a pause that grows. */
function noteEmptyWait(state: EngineState, now: number): void {
  const count = state.emptyWaits.count + 1;
  state.emptyWaits = { count, notBefore: now + pauseMs(count, maxEmptyPauseMs) };
}

function noteWindow(state: EngineState, listed: ListedSyncs, now: number): void {
  const { missing, skipped } = noteListed(state, listed, now);
  const reason = "polytomic.NotFound: Polytomic's list has no sync of this id";
  for (const job of missing) endUnadmitted(state, job, { outcome: 'failed', reason }, now);
  for (const job of skipped) endUnadmitted(state, job, { outcome: 'skipped', reason: 'skipped on request' }, now);
}
