/** What `progress` tells of a fan-out or pipeline, and its text in the Temporal UI. */
import type { FanOutPhase, FanOutProgress, RunningSync } from '../../../contracts/fan-out-progress';
import { noOutcomes } from '../../../rules/fan-out-tally';
import { executionOf, type ActiveJob } from './job';
import type { JobSource } from './job-source';
import type { SelectLoop } from './select-loop';
import type { Tally } from './tally';

const mostRunning = 100;
const mostInText = 10;

/** Before anything is known. */
export function firstProgress(): FanOutProgress {
  return {
    phase: 'preparing',
    since: new Date().toISOString(),
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

/** What is known of a loop. */
export interface ProgressParts {
  phase: FanOutPhase;
  /** When the phase began (RFC 3339). */
  since: string;
  loop: SelectLoop;
  source: JobSource;
  tally: Tally;
  maxConcurrent: number;
}

/** Where it stands now. */
export function progressOf({ phase, since, loop, source, tally, maxConcurrent }: ProgressParts): FanOutProgress {
  const now = Date.now();
  const endsPerMinute = tally.endsPerMinute(now);
  const left = source.waiting + loop.turns.count;
  const inMs = endsPerMinute ? (left / endsPerMinute) * 60_000 : null;
  return {
    phase,
    since,
    total: source.total,
    waiting: source.waiting,
    running: loop.turns.all.slice(0, mostRunning).map(toRunning),
    runningCount: loop.turns.count,
    counts: tally.counts,
    failed: tally.failed,
    maxConcurrent,
    endsPerMinute,
    estimatedEnd: inMs === null || phase === 'ended' ? null : new Date(now + inMs).toISOString(),
  };
}

function toRunning(job: ActiveJob): RunningSync {
  const { stepId, syncId, name, turn } = job;
  const since = new Date(turn.since).toISOString();
  const step = stepId === undefined ? {} : { stepId };
  return { ...step, syncId, name, executionId: executionOf(job), since, late: turn.late };
}

const phrases: Record<FanOutPhase, string> = {
  preparing: 'Listing the syncs',
  running: 'Running',
  paused: 'Paused: what runs may end, nothing is started',
  cancelling: 'Cancelling what runs',
  ended: 'Ended',
};

/** Markdown for the Temporal UI. */
export function describeProgress(progress: FanOutProgress): string {
  const { phase, total, waiting, runningCount, counts, failed, running, estimatedEnd } = progress;
  const told = Object.entries(counts).flatMap(([outcome, count]) => (count > 0 ? [`${count} ${outcome}`] : []));
  const late = running.filter((sync) => sync.late);
  return [
    `**${phrases[phase]}**: ${[...told, `${runningCount} running`, `${waiting} waiting`].join(', ')} of ${total ?? 'unknown'}`,
    ...(estimatedEnd ? [`- at this rate until ${estimatedEnd}`] : []),
    ...listed('without success', failed),
    ...listed('late', late),
  ].join('\n');
}

function listed(title: string, syncs: readonly { stepId?: string; syncId: string; name: string | null }[]): string[] {
  if (syncs.length === 0) return [];
  const names = syncs.slice(0, mostInText).map(({ stepId, name, syncId }) => `\`${stepId ?? name ?? syncId}\``);
  return [`- ${title}: ${names.join(', ')}${syncs.length > mostInText ? ', …' : ''}`];
}
