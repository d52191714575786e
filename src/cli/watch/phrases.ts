/** Words for where runs stand. */
import type { FanOutPhase } from '../../contracts/fan-out-progress';
import type { OutcomeCounts } from '../../contracts/fan-out-result';
import type { RunPhase, RunProgress } from '../../contracts/progress';
import type { ProvisionProgress } from '../../contracts/provision';
import { quote } from '../shell-word';
import { toCell } from '../style';

const runPhrases: Readonly<Record<RunPhase, string>> = {
  preparing: 'reading the sync',
  waitingForOther: 'waiting for a run that someone else started',
  catchingUp: 'waiting until the ingestion has caught up',
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

/** When the next run of a sync is due; undefined where that is not known, or a run is. */
export function nextRunText({ nextRunAt }: Pick<RunProgress, 'nextRunAt'>): string | undefined {
  return nextRunAt === undefined ? undefined : `next run at ${nextRunAt}`;
}

/** All that is known of a single run, in one line. */
export function runText(run: RunProgress): string {
  const execution = run.executionId === undefined ? undefined : `execution ${run.executionId}`;
  return [phraseOf(run), nextRunText(run), execution].filter((part) => part !== undefined).join(', ');
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

const provisioningPhrases: Readonly<Record<ProvisionProgress['phase'], string>> = {
  planning: 'planning',
  waitingForLock: 'waiting for another apply or destroy of the set',
  waitingForApproval: 'waiting for an approval',
  applying: 'applying',
  activating: 'activating syncs',
  running: 'running syncs for the first time',
  undoing: 'undoing what was created',
  ended: 'ended',
};

/** Where an apply or destroy stands, in one line. */
export function provisioningText({ phase, planHash, counts }: ProvisionProgress): string {
  const plan = planHash === null ? '' : ` of plan ${planHash}`;
  const failed = counts.failed > 0 ? `, ${counts.failed} failed` : '';
  const done =
    counts.total > 0 ? `: ${counts.done} of ${counts.total} objects, ${counts.working} in work${failed}` : '';
  return `${provisioningPhrases[phase] ?? phase}${plan}${done}`;
}

/** How the plan is approved, while that is waited for. */
export function approvalText({ phase }: ProvisionProgress, workflowId: string): string | undefined {
  if (phase !== 'waitingForApproval') return undefined;
  return `to approve: temporal-polytomic approve ${quote(workflowId)}`;
}

/** That somebody has to agree in a browser. The link is a credential, which no workflow knows. */
export function consentText({ address, name }: ProvisionProgress['needsConsent'][number]): string {
  return `${address} (${toCell(name)}) needs consent: the link went to the targets of --notify`;
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
