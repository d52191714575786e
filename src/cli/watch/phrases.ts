/** Words for where runs stand. */
import type { FanOutPhase } from '../../contracts/fan-out-progress';
import type { OutcomeCounts } from '../../contracts/fan-out-result';
import type { RunPhase, RunProgress } from '../../contracts/progress';

const runPhrases: Readonly<Record<RunPhase, string>> = {
  preparing: 'reading the sync',
  waitingForOther: 'waiting for a run that someone else started',
  starting: 'starting',
  running: 'running',
  cancelling: 'canceling',
  ended: 'ended',
};

/** Where a single run stands, and whether it is late. */
export function phraseOf({ phase, status, late }: Pick<RunProgress, 'phase' | 'status' | 'late'>): string {
  const detail = phase === 'running' && status && status !== 'running' ? ` (${status})` : '';
  return `${runPhrases[phase] ?? phase}${detail}${late ? ', later than usual' : ''}`;
}

const fanOutPhrases: Readonly<Record<FanOutPhase, string>> = {
  preparing: 'listing the syncs',
  running: 'running',
  paused: 'paused: what runs may end, nothing is started',
  cancelling: 'canceling what runs',
  ended: 'ended',
};

/** Where a fan-out or pipeline stands. */
export function fanOutPhraseOf(phase: FanOutPhase): string {
  return fanOutPhrases[phase] ?? phase;
}

const outcomeWords: Readonly<Record<keyof OutcomeCounts, string>> = {
  completed: 'completed',
  completedWithErrors: 'completed with errors',
  partiallyFailed: 'partially failed',
  failed: 'failed',
  canceled: 'canceled',
  timedOut: 'timed out',
  skipped: 'skipped',
};

/** `3 completed`, `1 failed`: those that are not 0. */
export function summarizeCounts(counts: Partial<OutcomeCounts>): string[] {
  return Object.entries(outcomeWords).flatMap(([outcome, words]) => {
    const count = counts[outcome as keyof OutcomeCounts] ?? 0;
    return count > 0 ? [`${count} ${words}`] : [];
  });
}
