/** Judges a story by the emulator's ledger alone: what was started, cancelled and returned, against what was wanted. */
import type { SyncRunResult } from '../../src/contracts/run-result';
import type { ExecutionRecord } from '../../src/testing';
import type { LoggedRequest } from '../../src/testing';
import type { Story } from './run-scenario';

/** What the judge found. */
export interface Verdict {
  /** Broken promises, each in a sentence. */
  broken: string[];
  /** Others' runs that nobody could tell from ours. */
  unknowable: number;
}

const minute = 60_000;
const maxPayload = 256 * 1024;

/** All promises, one after the other. */
export function judge(story: Story): Verdict {
  const broken: string[] = [];
  const unknowable = new Set<string>();
  const ours = story.executions.filter(({ startedBy }) => startedBy === 'api');
  broken.push(...doubles(story, ours));
  broken.push(...othersTouched(story, unknowable));
  broken.push(...othersReturned(story, unknowable));
  broken.push(...endedOtherwise(story));
  // Who took another's run for ours has lost sight of ours.
  if (unknowable.size === 0) broken.push(...orphans(story, ours));
  broken.push(...createdTwice(story));
  broken.push(...unbounded(story));
  return { broken, unknowable: unknowable.size };
}

/** No run was started twice: one of everything a sync, and of failed schemas no more than were allowed. */
function doubles({ scenario }: Story, ours: readonly ExecutionRecord[]): string[] {
  const retries = Number(scenario.input.retryFailedSchemas ?? 0);
  const bySync = new Map<string, ExecutionRecord[]>();
  for (const run of ours) bySync.set(run.syncId, [...(bySync.get(run.syncId) ?? []), run]);
  return [...bySync].flatMap(([syncId, runs]) => {
    const plain = runs.filter(({ options }) => !(options.schemas as unknown[] | undefined)?.length);
    if (plain.length > 1) return [`sync ${syncId} was started ${plain.length} times`];
    return runs.length > 1 + retries ? [`sync ${syncId} had ${runs.length - 1} re-runs, ${retries} were wanted`] : [];
  });
}

/** No run of others was cancelled by us. */
function othersTouched(story: Story, unknowable: Set<string>): string[] {
  const { executions, requests } = story;
  return executions.flatMap((run) => {
    if (run.startedBy === 'api') return [];
    const isCancelled = requests.some(
      ({ method, path, status }) =>
        method === 'POST' && path.includes(run.id) && path.endsWith('/cancel') && status !== 'dropped',
    );
    if (!isCancelled) return [];
    if (mayBeTakenForOurs(run, story)) {
      unknowable.add(run.id);
      return [];
    }
    return [`${run.startedBy}'s run ${run.id} was cancelled`];
  });
}

/** No run of others was returned as ours. */
function othersReturned(story: Story, unknowable: Set<string>): string[] {
  const { end, executions } = story;
  return resultsOf(end).flatMap((result) => {
    const { executionId, outcome, attached } = result;
    if (attached || executionId === null || outcome === 'skipped' || outcome === 'timedOut') return [];
    const run = executions.find(({ id }) => id === executionId);
    if (!run) return [`run ${executionId} was returned, which never existed`];
    if (run.startedBy === 'api') return [];
    if (mayBeTakenForOurs(run, story)) {
      unknowable.add(run.id);
      return [];
    }
    return [`${run.startedBy}'s run ${run.id} was returned as ours`];
  });
}

/** Whether an outcome of ours that was an error, or was never delivered, could have made this run. */
function mayBeTakenForOurs(
  { syncId, createdAt }: ExecutionRecord,
  { requests, undelivered, temporal }: Pick<Story, 'requests' | 'undelivered' | 'temporal'>,
): boolean {
  const isInWindow = (at: number): boolean => createdAt >= at - 62_000 && createdAt <= at + 17 * minute;
  const isUnclear = ({ method, path, operation, status, truncated }: LoggedRequest): boolean => {
    const isStart = method === 'POST' && operation?.endsWith('.start') === true && path.includes(syncId);
    return isStart && (typeof status !== 'number' || status < 200 || status >= 300 || truncated === true);
  };
  return (
    requests.some((request) => isUnclear(request) && isInWindow(request.at)) ||
    undelivered.some(({ at, path }) => path.includes(syncId) && isInWindow(at)) ||
    temporal.lostStarts.some(({ at, request }) => request.includes(syncId) && isInWindow(at))
  );
}

/** Each result says what the ledger says. */
function endedOtherwise({ end, executions }: Story): string[] {
  return resultsOf(end).flatMap((result) => {
    const run = executions.find(({ id }) => id === result.executionId);
    const isSuccess = result.outcome === 'completed' || result.outcome === 'completedWithErrors';
    if (isSuccess && result.executionId === null) return ['a success without an execution was returned'];
    if (!run) return [];
    if (isSuccess && run.status !== 'completed')
      return [`run ${run.id} is ${run.status}, returned as ${result.outcome}`];
    if (result.outcome === 'canceled' && run.status !== 'canceled')
      return [`run ${run.id} is ${run.status}, returned as canceled`];
    return [];
  });
}

/** What we started has ended, or was left on purpose, or is reported. */
function orphans({ end, state, scenario, endedAt }: Story, ours: readonly ExecutionRecord[]): string[] {
  const { onTimeout } = scenario.input;
  const mayLeave = onTimeout === 'leaveRunning' || (state?.unconfirmed.length ?? 0) > 0 || reportsUncertain(end, state);
  return ours.flatMap((run) => {
    const isOver = run.completedAt !== undefined && run.completedAt <= endedAt + 1_000;
    const isCanceling = run.cancelRequestedAt !== undefined;
    return isOver || isCanceling || mayLeave ? [] : [`run ${run.id} was left (${run.status})`];
  });
}

/** The documented reasons for which a run may go on unseen. */
function reportsUncertain(end: Story['end'], state: Story['state']): boolean {
  if (end.type === 'failure') {
    const details = JSON.stringify(end.details ?? null);
    return details.includes('mayHaveStarted') || details.includes('"cancelConfirmed":false');
  }
  if (state?.cancellation?.cancelConfirmed === false) return true;
  return resultsOf(end).some(({ cancelConfirmed }) => cancelConfirmed === false);
}

function createdTwice({ scenario, requests }: Story): string[] {
  if (!scenario.workflow.startsWith('create')) return [];
  const keys = new Set(
    requests.flatMap(({ operation, status, headers, replayed }) =>
      operation?.endsWith('Sync.create') && status === 200 && !replayed ? [headers['idempotency-key'] ?? ''] : [],
    ),
  );
  return keys.size > 1 ? [`the sync was created ${keys.size} times`] : [];
}

/** Nothing is unbounded, no secret crossed, nothing was stuck. */
function unbounded({ end, temporal, log, beganAt, endedAt, scenario }: Story): string[] {
  const broken: string[] = [];
  if (end.type === 'never') return ['the workflow never ended'];
  if (temporal.leaks.length > 0) broken.push(`a secret crossed: ${temporal.leaks[0]}`);
  if (temporal.largestPayload > maxPayload) broken.push(`a payload has ${temporal.largestPayload} characters`);
  if (temporal.notRetriedForZero > 0) broken.push('a next delay of 0 ended an activity');
  if (log.some(({ message }) => message.includes('a defect'))) broken.push('the engine had nothing under way');
  const hours = Math.max(1, (endedAt - beganAt) / 3_600_000);
  const jobs = Math.max(1, scenario.syncs.length);
  const maxEvents = (250 + 150 * hours) * jobs;
  if (temporal.events > maxEvents) broken.push(`${temporal.events} events in ${hours.toFixed(1)} hours`);
  return broken;
}

/** The results of single syncs that the end holds. */
function resultsOf(end: Story['end']): SyncRunResult[] {
  const result = end.type === 'result' ? end.result : end.type === 'failure' ? end.details : null;
  if (typeof result !== 'object' || result === null) return [];
  if ('outcome' in result) return [result as SyncRunResult];
  if ('steps' in result) return Object.values(result.steps as Record<string, SyncRunResult>);
  return 'failures' in result ? (result.failures as SyncRunResult[]) : [];
}
