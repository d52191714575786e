/** What lists of workflows show of a run: the values of its search attributes, and the summary in its memo. Pure. */
import type { OutcomeCounts } from '../../contracts/fan-out-result';
import type { RunOutcome, SyncRunResult } from '../../contracts/run-result';
import type { RecordCounts } from '../../contracts/execution';
import { jsonBytes } from '../../rules/json-bytes';
import { endedCount, unsuccessfulCount } from './ends';
import { totalOf } from './queue';
import { jobsOf, type EngineState } from './state';

/** So many ids of 36 characters fit. */
const maxSyncIds = 50;
/** Temporal terminates a workflow that sets a search attribute of more than 2,048 bytes of JSON. */
const maxSyncIdsBytes = 2_000;

/** Values of the search attributes. */
export interface Visibility {
  /** Empty where they are not known yet, or too many to be told. */
  syncIds: string[];
  organization: string;
  /** Null until the end. */
  outcome: RunOutcome | null;
}

/** The result in a few fields, without any text that Polytomic wrote about records. */
export type ResultSummary =
  | (Pick<SyncRunResult, 'outcome' | 'executionId' | 'status' | 'startedAt' | 'completedAt'> & {
      records: RecordCounts;
    })
  | (Pick<SyncRunResult, 'outcome' | 'executionId'> & { failureType: string })
  | (Partial<OutcomeCounts> & { total: number });

/** The values as they are now. @param isOver the engine has ended */
export function visibilityOf(state: EngineState, isOver: boolean): Visibility {
  const syncIds = [...new Set(syncIdsOf(state))];
  return {
    syncIds: syncIds.length <= maxSyncIds && jsonBytes(syncIds) <= maxSyncIdsBytes ? syncIds : [],
    organization: state.settings.organization,
    outcome: isOver ? outcomeOf(state) : null,
  };
}

/** The summary of an engine that has ended; null of a single run that was cancelled before there was any. */
export function summaryOf(state: EngineState): ResultSummary | null {
  const { mode, single, counts } = state;
  if (mode === 'many') {
    const told = Object.entries(counts).filter(([, count]) => count > 0);
    return { total: endedCount(state), ...(Object.fromEntries(told) as Partial<OutcomeCounts>) };
  }
  if (!single) return null;
  if ('failure' in single) {
    return { outcome: outcomeOf(state), executionId: state.lastRun.executionId, failureType: single.failure.type };
  }
  const { outcome, executionId, status, startedAt, completedAt, records } = single.result;
  return { outcome, executionId, status, startedAt, completedAt, records };
}

/** Of a list nothing is told: it may be of any length. */
function syncIdsOf(state: EngineState): string[] {
  const { queue, lastRun } = state;
  if (queue.type === 'graph') return queue.steps.map(({ syncId }) => syncId);
  if (queue.type === 'list') return [];
  const id = jobsOf(state)[0]?.syncId || lastRun.syncId;
  return id ? [id] : [];
}

function outcomeOf(state: EngineState): RunOutcome {
  const { closing, mode, single, fatal, counts } = state;
  if (closing?.reason === 'cancel') return 'canceled';
  if (mode === 'single') return single && 'result' in single ? single.result.outcome : 'failed';
  if (fatal) return 'failed';
  // What still completed as the time was up counts as that.
  if (closing?.reason === 'timeout' && (counts.timedOut > 0 || totalOf(state) === null)) return 'timedOut';
  const unsuccessful = unsuccessfulCount(state);
  if (unsuccessful > 0) return unsuccessful < endedCount(state) ? 'partiallyFailed' : 'failed';
  return counts.completedWithErrors > 0 ? 'completedWithErrors' : 'completed';
}
