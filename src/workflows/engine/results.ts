/** From the engine's final state to the result of a workflow, or to the failure that it is. */
import type { ApplicationFailure } from '@temporalio/common';
import type { OpenCancellation } from '../../contracts/cancellation';
import type { FanOutResult, OutcomeCounts, PipelineResult } from '../../contracts/fan-out-result';
import type { FailedSync } from '../../contracts/fan-out-progress';
import { failureTypes, type FailureType } from '../../contracts/failure-types';
import type { RunOutcome, SyncRunResult } from '../../contracts/run-result';
import { costOf } from '../../rules/fan-out-cost';
import { fitFailures, fitSteps } from '../../rules/fan-out-tally';
import { truncateText } from '../../rules/quoted';
import { countUnsuccessful, isSuccess, unsuccessful } from '../../rules/run-outcome';
import { nameOf } from '../../rules/sync-names';
import { createCancellation, createFailure } from '../create-failure';
import { endedCount } from './ends';
import type { JobFailure } from './job';
import { waitingOf } from './queue';
import type { EngineState } from './state';

/** Syncs named in the message of a failure. */
const maxNamed = 10;
const maxNameCharacters = 60;
/** Syncs named in a dry run: what fits into a result. */
const maxListed = 1_000;

/** The result of a workflow that runs one sync. @throws ApplicationFailure CancelledFailure */
export function singleResult(state: EngineState): SyncRunResult {
  throwIfCancelled(state);
  const { single, settings } = state;
  if (single && 'failure' in single) throw toApplicationFailure(single.failure);
  if (!single) throw new Error('the engine ended without an end of its only job');
  const { result } = single;
  if (isSuccess(result.outcome) || settings.options.onFailure === 'return') return result;
  throw outcomeFailure(result);
}

/** The result of a fan-out. @throws ApplicationFailure CancelledFailure */
export function fanOutResult(state: EngineState): FanOutResult {
  throwIfCancelled(state);
  const { counts, failures, queue, settings, fatal, closing } = state;
  const isListed = queue.type === 'list' && queue.total !== null;
  const listComplete = isListed && queue.complete;
  const result = { total: endedCount(state), ...counts, failures: fitFailures(failures), listComplete };
  // Without the list nothing is known, so that not even a result says that all went well.
  if (!isListed && !fatal) throw toApplicationFailure({ ...unlisted, details: { ...result } });
  // A dry run that was closed has lost its list, or never had one.
  const isPreview = settings.limits.dryRun && !fatal && closing?.reason !== 'timeout';
  if (!isPreview || queue.type !== 'list') return conclude(state, result);
  const total = queue.total ?? 0;
  const syncs = queue.waiting.slice(0, maxListed).map(({ id, name }) => ({ syncId: id, name }));
  return { ...result, total, dryRun: { syncs, ...costOf(settings.kind, total, settings.limits.maxConcurrent) } };
}

/** The result of a pipeline. @throws ApplicationFailure CancelledFailure */
export function pipelineResult(state: EngineState): PipelineResult {
  throwIfCancelled(state);
  const { counts, queue, steps } = state;
  const order = queue.type === 'graph' ? queue.steps.map(({ id }) => id) : [];
  const results = Object.fromEntries(order.flatMap((id) => (steps[id] ? [[id, steps[id]] as const] : [])));
  return conclude(state, { total: order.length, ...counts, steps: fitSteps(results) });
}

const unlisted: JobFailure = {
  type: failureTypes.SyncTimedOut,
  message: 'the timeout of the workflow passed before the list of syncs was read',
  nonRetryable: false,
};

/** Whether all ended as a workflow may succeed with. */
export function allSucceeded(counts: OutcomeCounts): boolean {
  return countUnsuccessful(counts) === 0;
}

/** The failure of a run without success; `details[0]` is its result. */
export function outcomeFailure(result: SyncRunResult): ApplicationFailure {
  const kind = typesByOutcome[result.outcome] ?? { type: failureTypes.SyncFailed, nonRetryable: false };
  const run = result.executionId ? `execution ${result.executionId}` : 'no execution';
  const why = result.reason ?? result.errors[0];
  const message = `${nameOf(result)}: ${result.outcome} (${run}${why ? `: ${why}` : ''})`;
  return createFailure({ ...kind, message, details: [result] });
}

const typesByOutcome: Partial<Record<RunOutcome, { type: FailureType; nonRetryable: boolean }>> = {
  failed: { type: failureTypes.SyncFailed, nonRetryable: false },
  partiallyFailed: { type: failureTypes.SyncFailed, nonRetryable: false },
  canceled: { type: failureTypes.SyncCanceled, nonRetryable: true },
  timedOut: { type: failureTypes.SyncTimedOut, nonRetryable: false },
};

function conclude<R extends FanOutResult | PipelineResult>(state: EngineState, result: R): R {
  const { counts, fatal, settings } = state;
  if (fatal) throw toApplicationFailure({ ...fatal, details: { ...result } });
  if (allSucceeded(counts) || settings.options.onFailure === 'return') return result;
  throw createFailure({
    type: failureTypes.SyncsFailed,
    message: `Of ${result.total} syncs, ${describeCounts(counts)}${describeFailed(state)}`,
    nonRetryable: false,
    details: [result],
  });
}

function describeCounts(counts: OutcomeCounts): string {
  return unsuccessful.flatMap((outcome) => (counts[outcome] > 0 ? [`${counts[outcome]} ${outcome}`] : [])).join(', ');
}

function describeFailed({ failed, counts }: EngineState): string {
  const names = failed.slice(0, maxNamed).map(describeSync);
  if (names.length === 0) return '';
  const more = countUnsuccessful(counts) - names.length;
  return `: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Such as ""Warehouse" (id)", of a pipeline after its step. */
function describeSync({ stepId, name, syncId }: FailedSync): string {
  const cut = (text: string): string => truncateText(text, maxNameCharacters);
  const id = name && syncId ? `(${cut(syncId)})` : cut(syncId);
  return [stepId && cut(stepId), name && `"${cut(name)}"`, id].filter(Boolean).join(' ');
}

function toApplicationFailure({ type, message, nonRetryable, details }: JobFailure): ApplicationFailure {
  return createFailure({ type, message, nonRetryable, ...(details && { details: [details] }) });
}

/** What a cancelled engine could not confirm; null where nothing is open. */
export function openCancellation(state: EngineState): OpenCancellation | null {
  const { closing, unconfirmed, uncertainCreates } = state;
  if (closing?.reason !== 'cancel' || unconfirmed.length + uncertainCreates.length === 0) return null;
  const uncertain = uncertainCreates.length > 0 ? { mayHaveBeenCreated: uncertainCreates } : {};
  return { ...unconfirmedOf(state), ...uncertain };
}

function unconfirmedOf({ unconfirmed, unconfirmedCount }: EngineState): OpenCancellation {
  return { unconfirmed, ...(unconfirmedCount > unconfirmed.length && { unconfirmedCount }) };
}

/** Details reach callers inside the workflow; of a workflow that ends as cancelled Temporal keeps none, so its memo tells. */
function throwIfCancelled(state: EngineState): void {
  if (state.closing?.reason !== 'cancel') return;
  const { mode, cancellation, unconfirmed, uncertainCreates } = state;
  const uncertain = uncertainCreates.length > 0 ? { mayHaveBeenCreated: uncertainCreates } : {};
  const many = { cancelConfirmed: unconfirmed.length === 0, ...unconfirmedOf(state) };
  const single = cancellation || uncertainCreates.length > 0 ? [{ ...cancellation, ...uncertain }] : [];
  throw createCancellation('The workflow was cancelled', mode === 'single' ? single : [{ ...many, ...uncertain }]);
}

/** For progress: syncs that have not ended. */
export function leftCount(state: EngineState): number {
  return waitingOf(state) + Object.keys(state.jobs).length;
}
