/** What happened in a workflow, in words and in order, from its history. Pure. */
import { activityPrefix } from '../../contracts/names';
import { isSuccess } from '../../rules/run-outcome';
import type { ActivityFact, FailureFact, HistoryFacts } from '../history/facts';
import { startsOf, toSyncRows, type SyncRow } from '../history/sync-rows';
import { formatCount, formatDuration } from '../style';
import { summarizeCounts } from '../watch/phrases';

/** One thing that happened. */
export interface Happening {
  /** RFC 3339. */
  at: string;
  /** `trouble`: something went wrong, perhaps only for a while. */
  level: 'info' | 'trouble';
  text: string;
}

/** More syncs than this are told by their numbers, and only those without success one by one. */
const maxSyncs = 20;
const maxBad = 50;

/** Oldest first. */
export function explain(facts: HistoryFacts): Happening[] {
  const rows = toSyncRows(facts);
  const happenings = [
    begun(facts),
    ...facts.activities.flatMap(activityTroubles),
    ...facts.requests.map(requested),
    ...facts.taskTroubles.map(({ at, message }) =>
      trouble(at, `A step of the workflow itself failed and was tried again: ${message}`),
    ),
    ...syncHappenings(rows),
    ...ended(facts, rows),
  ];
  return happenings.sort((one, other) => one.at.localeCompare(other.at));
}

const info = (at: string, text: string): Happening => ({ at, level: 'info', text });
const trouble = (at: string, text: string): Happening => ({ at, level: 'trouble', text });

function begun({ startedAt, workflow, input, runIds }: HistoryFacts): Happening {
  const { ifRunning, timeout, retryFailedSchemas } = (input ?? {}) as Record<string, unknown>;
  const asked = Object.entries({ ifRunning, timeout, retryFailedSchemas }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${JSON.stringify(value)}`],
  );
  const runs = runIds.length > 1 ? `; it continued as new ${runIds.length - 1} times, as its history grew long` : '';
  return info(startedAt, `${workflow} began${asked.length > 0 ? ` (${asked.join(', ')})` : ''}${runs}`);
}

const jobs: Readonly<Record<string, string>> = {
  prepareRuns: 'Reading the input and the sync',
  prepareAwaitSync: 'Reading the input and the sync',
  listSyncs: 'Listing the syncs',
  createSyncs: 'Creating the sync',
  startExecutions: 'Starting',
  awaitExecutions: 'The wait',
  awaitNextRun: 'The wait for the next run',
  awaitIngestion: 'The wait for the ingestion',
  readPastRecords: 'Reading past runs',
  cancelExecutions: 'Canceling',
  notify: 'Notifying',
};

/** Waits are handed over whenever a worker stops, which is no trouble. */
function activityTroubles(activity: ActivityFact): Happening[] {
  const { name, attempts, lastFailure, failure, startedAt, scheduledAt, closedAt, state } = activity;
  const short = name.startsWith(activityPrefix) ? name.slice(activityPrefix.length) : name;
  const job = jobs[short] ?? `Activity ${name}`;
  const at = closedAt ?? startedAt ?? scheduledAt;
  const found: Happening[] = [];
  if (attempts > 1 && lastFailure) {
    const tries = `${attempts} tries`;
    found.push(
      isHandOver(lastFailure)
        ? info(startedAt ?? at, `${job} was handed over to another worker, as its worker stopped (${tries})`)
        : trouble(
            startedAt ?? at,
            `${job} took ${tries}; the one before the last ended with: ${failureText(lastFailure)}`,
          ),
    );
  }
  if (state === 'failed' || state === 'timedOut') found.push(trouble(at, `${job} failed: ${failureText(failure)}`));
  return [...found, ...startTroubles(at, activity)];
}

function isHandOver({ message }: FailureFact): boolean {
  return /worker stops/.test(message);
}

function failureText(failure: FailureFact | null): string {
  if (!failure) return 'no reason is known';
  if (failure.type === 'Timeout') return 'no answer in time; its worker may have died';
  return `${failure.message}${failure.type ? ` (${failure.type})` : ''}`;
}

/** Words for what one try of a start came to; `%` is the sync. */
const startWords: Readonly<Record<string, string>> = {
  conflict: '% was running already, so that nothing was started yet',
  throttled: 'Polytomic asked to slow down; the start of % is tried again',
  noResponse:
    'No answer came to the start of %, which may have taken effect; it is looked for before it is tried again',
  ambiguous: 'The answer to the start of % leaves open whether it took effect; its run is looked for',
  unsent: 'The start of % did not reach Polytomic; it is tried again',
  lookFailed: 'The run of % could not be looked for; that is tried again',
  absent: 'No run of % was found',
  notActivated: '% could not be activated yet; that is tried again',
  again: 'The start of % is undecided and is tried again',
  failed: 'Polytomic refused to start %',
};

/** What a start came to where it was not simply started. */
function startTroubles(at: string, activity: ActivityFact): Happening[] {
  return startsOf(activity).flatMap(({ type, syncId, executionId, adopted, why }) => {
    if (type === 'started') {
      const text = `The answer to the start of sync ${syncId} was lost; its run was found as execution ${executionId ?? ''}`;
      return adopted ? [trouble(at, text)] : [];
    }
    // Of releases up to 0.1 a refusal was somebody else's run; later ones call that a conflict.
    const words = startWords[type] ?? (why === null ? startWords['conflict'] : startWords['failed']) ?? '';
    const text = words.replace('%', `sync ${syncId}`) + (why === null ? '' : `: ${why}`);
    return [type === 'conflict' ? info(at, text) : trouble(at, text)];
  });
}

function requested({ type, name, at, argument }: HistoryFacts['requests'][number]): Happening {
  if (type === 'cancel') return info(at, 'Somebody asked to cancel the workflow');
  return info(at, `Somebody asked for ${name}${argument === undefined ? '' : ` (${JSON.stringify(argument)})`}`);
}

function syncHappenings(rows: readonly SyncRow[]): Happening[] {
  const bad = rows.filter(({ outcome }) => outcome !== 'running' && !isSuccess(outcome));
  const told = rows.length <= maxSyncs ? rows : bad.slice(0, maxBad);
  return told.flatMap((row) => {
    const { startedAt, endedAt, outcome, records, executions, attached } = row;
    const label = row.stepId ?? row.name ?? row.syncId;
    const who = attached ? 'was running already (not started by this workflow)' : 'was started';
    const runs = executions.length > 1 ? `, ${executions.length} executions as failed schemas were run again` : '';
    const began = startedAt
      ? [info(startedAt, `${label} ${who}: execution ${executions[0] ?? 'not known'}${runs}`)]
      : [];
    if (endedAt === null || outcome === 'running') return began;
    const took = startedAt ? ` after ${formatDuration(Date.parse(endedAt) - Date.parse(startedAt))}` : '';
    const count = records.total === null ? '' : `, ${formatCount(records.total)} records`;
    const why = row.reason ?? row.errors[0];
    const schemas = row.schemas
      .filter(({ message }) => message !== null)
      .map(({ schema, message }) => `${schema}: ${message ?? ''}`);
    const text = `${label} ended: ${outcome}${took}${count}${why ? `. ${why}` : ''}${schemas.length > 0 ? `. ${schemas.slice(0, 5).join('; ')}` : ''}`;
    return [...began, isSuccess(outcome) ? info(endedAt, text) : trouble(endedAt, text)];
  });
}

function ended({ closedAt, state, failure, startedAt }: HistoryFacts, rows: readonly SyncRow[]): Happening[] {
  if (closedAt === null) return [];
  const counts: Record<string, number> = {};
  for (const { outcome } of rows) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const told = rows.length > 1 ? ` Of ${rows.length} syncs: ${summarizeCounts(counts).join(', ')}.` : '';
  const took = formatDuration(Date.parse(closedAt) - Date.parse(startedAt));
  const left = rows.filter(({ outcome }) => outcome === 'running').length;
  const orphans = left > 0 ? ` Nothing says that ${left} of its runs ended; see \`temporal-polytomic orphans\`.` : '';
  const text = `The workflow ${state === 'timedOut' ? 'timed out' : `ended as ${state}`} after ${took}.${told}${orphans}`;
  return [
    state === 'completed'
      ? info(closedAt, text)
      : trouble(closedAt, `${text}${failure ? ` ${failureText(failure)}` : ''}`),
  ];
}
