/** What the query `progress` tells of the engine's state, and its text in the Temporal UI. Pure. */
import type { FanOutPhase, FanOutProgress, RunningSync } from '../../contracts/fan-out-progress';
import type { RunPhase, RunProgress } from '../../contracts/progress';
import { noOutcomes } from '../../rules/fan-out-tally';
import { toMarkdownCode, toShownTime } from '../../rules/markdown';
import { markSync } from '../../rules/sync-names';
import { endsPerMinute } from './ends';
import { attemptsOf, executionOf, isBetweenAttempts, type Job } from './job';
import { totalOf, waitingOf } from './queue';
import { leftCount } from './results';
import { jobsOf, maxConcurrentOf, type EngineState, type Wishes } from './state';

const maxRunning = 100;
const maxInText = 10;

/** Where the run of one sync stands. */
export function runProgressOf(state: EngineState, since: (phase: RunPhase) => string): RunProgress {
  const [job] = jobsOf(state);
  if (!job) {
    const { syncId, executionId, status } = state.lastRun;
    return { phase: 'ended', syncId, ...given({ executionId, status }), since: since('ended'), late: false };
  }
  const phase = runPhaseOf(state, job);
  const { stage } = job;
  const status = stage.type === 'running' || stage.type === 'comparing' ? stage.status : null;
  const executionId = executionOf(job);
  const known = given({ executionId, status });
  const own = { phase, syncId: job.syncId || null, ...known, since: since(phase), late: job.late };
  return { ...own, ...nextRunOf(job), ...conditionOf(job) };
}

function nextRunOf({ stage }: Job): Pick<RunProgress, 'nextRunAt'> {
  return stage.type === 'searching' && stage.nextRunAt !== undefined ? { nextRunAt: stage.nextRunAt } : {};
}

function conditionOf(job: Job): Pick<RunProgress, 'stalled' | 'attempt' | 'nextAttemptAt'> {
  const isStalled = job.stalled !== undefined && job.stalled === executionOf(job);
  return { ...(isStalled && { stalled: true }), ...attemptOf(job) };
}

function attemptOf(job: Job): Pick<RunProgress, 'attempt' | 'nextAttemptAt'> {
  const { failedAttempt, notBefore } = job;
  const attempt = attemptsOf(job) + (failedAttempt ? 1 : 0);
  if (attempt === 1) return {};
  return { attempt, ...(isBetweenAttempts(job) && { nextAttemptAt: new Date(notBefore).toISOString() }) };
}

function runPhaseOf({ closing }: EngineState, { stage }: Job): RunPhase {
  if (closing?.reason === 'cancel' || closing?.reason === 'timeout' || stage.type === 'stopping') return 'cancelling';
  switch (stage.type) {
    case 'creating':
    case 'starting':
      return 'starting';
    case 'searching':
      return stage.caughtUpWithinMs === undefined ? 'waitingForOther' : 'catchingUp';
    case 'running':
      return stage.ownership === 'other' ? 'waitingForOther' : 'running';
    case 'comparing':
      return 'running';
    case 'needsSnapshot':
      return 'preparing';
  }
}

function given({ executionId, status }: { executionId: string | null; status: string | null }) {
  return { ...(executionId && { executionId }), ...(status && { status }) };
}

/** While there is no state: before the input was read, or once the workflow failed without one. */
export function firstFanOutProgress(
  { paused }: Wishes,
  { began, endedAt }: { began: number; endedAt: number | null },
): FanOutProgress {
  const open = paused ? 'paused' : 'preparing';
  return {
    phase: endedAt === null ? open : 'ended',
    since: new Date(endedAt ?? began).toISOString(),
    total: null,
    waiting: 0,
    running: [],
    runningCount: 0,
    counts: noOutcomes(),
    failed: [],
    maxConcurrent: 0,
    endsPerMinute: null,
    estimatedEnd: null,
  };
}

/** Where a fan-out or pipeline stands. */
export function fanOutProgressOf(state: EngineState, now: number): FanOutProgress {
  const rate = endsPerMinute(state, now);
  const jobs = jobsOf(state);
  const phase = fanOutPhaseOf(state);
  const inMs = rate ? (leftCount(state) / rate) * 60_000 : null;
  return {
    phase,
    since: new Date(state.phase.since).toISOString(),
    total: totalOf(state),
    waiting: waitingOf(state),
    running: jobs.slice(0, maxRunning).map(toRunning),
    runningCount: jobs.length,
    // Copies: a listener of the user's may change what it gets.
    counts: { ...state.counts },
    failed: state.failed.map((sync) => ({ ...sync })),
    maxConcurrent: maxConcurrentOf(state),
    endsPerMinute: rate,
    estimatedEnd: inMs === null || phase === 'ended' ? null : new Date(now + inMs).toISOString(),
  };
}

function fanOutPhaseOf(state: EngineState): FanOutPhase {
  if (state.flushUntil !== null) return 'ended';
  return state.phase.name === 'paused' && !state.wishes.paused ? 'running' : state.phase.name;
}

function toRunning(job: Job): RunningSync {
  const { stepId, syncId, name, since, late } = job;
  const step = stepId === undefined ? {} : { stepId };
  const own = { syncId, name, executionId: executionOf(job), since: new Date(since).toISOString(), late };
  return { ...step, ...own, ...conditionOf(job) };
}

const runPhrases: Record<Exclude<RunPhase, 'ended'>, string> = {
  preparing: 'Reading the sync',
  waitingForOther: 'Waiting for a run that someone else started',
  catchingUp: 'Waiting until the ingestion has caught up',
  starting: 'Starting the sync',
  running: 'The sync is running',
  cancelling: 'Cancelling the run',
};

/** Markdown for the Temporal UI. */
export function describeRun(
  { phase, syncId, executionId, status, since, late, nextRunAt, stalled, attempt, nextAttemptAt }: RunProgress,
  name: string | null,
): string {
  const rows = [
    phase === 'ended'
      ? `**Ended** at ${toShownTime(since)}`
      : `**${runPhrases[phase]}**${stalled ? ' (stalled)' : late ? ' (late)' : ''}, since ${toShownTime(since)}`,
    '',
    ...(syncId ? [`- sync ${markSync({ syncId, name })}`] : []),
    ...(nextRunAt ? [`- next run at ${toShownTime(nextRunAt)}`] : []),
    ...(attempt ? [`- attempt ${attempt}${nextAttemptAt ? `, not before ${toShownTime(nextAttemptAt)}` : ''}`] : []),
    ...(executionId
      ? [
          `- execution ${toMarkdownCode(executionId)}${status ? `, ${phase === 'ended' ? '' : 'last known '}status ${toMarkdownCode(status)}` : ''}`,
        ]
      : []),
  ];
  return rows.join('\n');
}

const fanOutPhrases: Record<FanOutPhase, string> = {
  preparing: 'Listing the syncs',
  running: 'Running',
  paused: 'Paused: what runs may end, nothing is started',
  cancelling: 'Cancelling what runs',
  ended: 'Ended',
};

/** Markdown for the Temporal UI. */
export function describeFanOut(progress: FanOutProgress): string {
  const { phase, total, waiting, runningCount, counts, failed, running, estimatedEnd } = progress;
  const told = Object.entries(counts).flatMap(([outcome, count]) => (count > 0 ? [`${count} ${outcome}`] : []));
  const late = running.filter((sync) => sync.late);
  // Of many at a time, only those are of interest that give trouble.
  const onTime = runningCount <= maxInText ? running.filter((sync) => !sync.late) : [];
  const left = phase === 'ended' ? [] : [`${runningCount} running`, `${waiting} waiting`];
  const numbers = [...told, ...left].join(', ');
  return [
    `**${fanOutPhrases[phase]}**: ${numbers === '' ? 'there was no sync to run' : `${numbers} of ${total ?? 'unknown'}`}`,
    '',
    ...(estimatedEnd ? [`- estimated end ${estimatedEnd.slice(11, 16)} UTC`, ''] : []),
    ...listed('Without success', failed),
    ...listed('Late', late),
    ...listed('Running', onTime),
  ].join('\n');
}

/** One row for each of the first syncs. The UI shows a list within a list as one paragraph, so each list has a heading. */
function listed(title: string, syncs: readonly Parameters<typeof markSync>[0][]): string[] {
  if (syncs.length === 0) return [];
  const rows = syncs.slice(0, maxInText).map((sync) => `- ${markSync(sync)}`);
  return [`**${title}**`, '', ...rows, ...(syncs.length > maxInText ? ['- …'] : []), ''];
}
