/**
 * What became of each sync of a workflow: from its result where that says it, else from the executions in its history.
 * Payloads of activities may change with any release, so executions are found by their shape, wherever they stand. Pure.
 */
import type { ResolvedRunOptions } from '../../contracts/run-options';
import type { Execution, RecordCounts } from '../../contracts/execution';
import type { RunOutcome, SchemaResult, SyncRunResult } from '../../contracts/run-result';
import type { SyncKind } from '../../contracts/sync-kind';
import { activityPrefix } from '../../contracts/names';
import type { PastRecords, ReadPastRecordsRequest } from '../../contracts/past-records';
import { tooFewRecords } from '../../rules/records-ratio';
import { isSuccess, judgeRun, type Verdict } from '../../rules/run-outcome';
import type { ActivityFact, HistoryFacts } from './facts';

/** One sync of a workflow. */
export interface SyncRow {
  workflowId: string;
  kind: SyncKind;
  syncId: string;
  name: string | null;
  /** Of a pipeline. */
  stepId?: string;
  /** `running`: nothing says that it ended. */
  outcome: RunOutcome | 'running';
  startedAt: string | null;
  endedAt: string | null;
  /** Oldest first; several when failed schemas were run again. */
  executions: string[];
  /** Not started by this workflow. */
  attached: boolean;
  records: RecordCounts;
  errors: string[];
  schemas: SchemaResult[];
  reason: string | null;
  /** Page of the last execution in Polytomic, where it is known. */
  url: string | null;
}

const noLimits = { maxErrorRecords: null, maxErrorRatio: null, minRecords: null };

interface Found {
  kind: SyncKind;
  syncId: string;
  executionId: string;
  createdAt: string | null;
  last?: Execution;
}

/** All syncs that were started or awaited, in the order in which they began. */
export function toSyncRows(facts: HistoryFacts): SyncRow[] {
  const fromResult = resultsOf(facts);
  const names = namesOf(facts);
  const bySync = new Map<string, Found[]>();
  for (const found of executionsOf(facts).values()) {
    const key = `${found.kind} ${found.syncId}`;
    bySync.set(key, [...(bySync.get(key) ?? []), found]);
  }
  const rows = [...bySync.values()].map((found) => toRow(facts, names, found));
  const merged = fromResult.map(({ result, stepId }) => {
    const known = rows.find(({ syncId, kind }) => syncId === result.syncId && kind === result.kind);
    return mergeResult(facts, known, result, stepId);
  });
  const told = new Set(fromResult.map(({ result: { kind, syncId } }) => `${kind} ${syncId}`));
  const all = [...merged, ...rows.filter(({ kind, syncId }) => !told.has(`${kind} ${syncId}`))];
  return all.sort((one, other) => (one.startedAt ?? '9').localeCompare(other.startedAt ?? '9'));
}

function toRow(facts: HistoryFacts, names: ReadonlyMap<string, string>, found: readonly Found[]): SyncRow {
  const executions = found.toSorted((one, other) => (one.createdAt ?? '').localeCompare(other.createdAt ?? ''));
  const last = executions.at(-1) as Found;
  const end = last.last?.phase === 'ended' ? last.last : undefined;
  const records = sumRecords(executions.flatMap(({ last: execution }) => (execution ? [execution] : [])));
  const verdict = end ? judgeEnd(facts, end, { records, executions }) : { outcome: 'running' as const };
  const first = executions[0]?.last;
  return {
    ...{ workflowId: facts.workflowId, kind: last.kind, syncId: last.syncId, name: names.get(last.syncId) ?? null },
    outcome: verdict.outcome,
    startedAt: first?.startedAt ?? executions[0]?.createdAt ?? null,
    endedAt: end?.completedAt ?? null,
    executions: executions.map(({ executionId }) => executionId),
    attached: false,
    records,
    errors: end?.errors ?? [],
    schemas: end?.schemas ?? [],
    reason: 'reason' in verdict ? (verdict.reason ?? null) : null,
    url: end?.url ?? null,
  };
}

/** As the workflow did: by the run itself, and by the past runs that it read. */
function judgeEnd(
  facts: HistoryFacts,
  end: Execution,
  { records, executions }: { records: RecordCounts; executions: readonly Found[] },
): Verdict {
  const limits = limitsOf(facts);
  const verdict = judgeRun(end, limits);
  const { minRecordsRatio: ratio } = limits as Partial<ResolvedRunOptions>;
  if (ratio === undefined || !isSuccess(verdict.outcome)) return verdict;
  const past = executions.flatMap(({ executionId }) => pastRecordsOf(facts, executionId) ?? []);
  const reason = tooFewRecords(records.total, past, ratio);
  return reason === undefined ? verdict : { outcome: 'failed', reason };
}

/** Undefined where nothing was compared with the run. */
function pastRecordsOf({ activities }: HistoryFacts, executionId: string): number[] | undefined {
  for (const { name, input, result } of activities) {
    if (name !== `${activityPrefix}readPastRecords` || !Array.isArray(result)) continue;
    const { items = [] } = (input ?? {}) as Partial<ReadPastRecordsRequest>;
    const at = items.findIndex((item) => item.executionId === executionId);
    const found = (result as (PastRecords | undefined)[])[at];
    if (found?.type === 'read') return found.records;
  }
  return undefined;
}

/** The result knows the outcome best; the history knows schemas that a fan-out's result leaves out. */
function mergeResult(facts: HistoryFacts, known: SyncRow | undefined, result: SyncRunResult, stepId?: string): SyncRow {
  const { kind, syncId, name, outcome, startedAt, completedAt, attached, records, errors, schemas, reason, url } =
    result;
  const executions = result.executions ?? (result.executionId ? [result.executionId] : []);
  return {
    ...{ workflowId: facts.workflowId, kind, syncId, name, outcome, attached, records },
    ...(stepId !== undefined && { stepId }),
    startedAt: startedAt ?? known?.startedAt ?? null,
    endedAt: completedAt ?? known?.endedAt ?? null,
    executions: executions.length > 0 ? executions : (known?.executions ?? []),
    errors: errors.length > 0 ? errors : (known?.errors ?? []),
    schemas: schemas ?? known?.schemas ?? [],
    reason: reason ?? known?.reason ?? null,
    url: url ?? known?.url ?? null,
  };
}

/** Results of single runs that the workflow's own result, or the one inside its failure, holds. */
function resultsOf({ result, failure }: HistoryFacts): { result: SyncRunResult; stepId?: string }[] {
  const whole = (result ?? failure?.detail) as
    Partial<SyncRunResult & { steps: Record<string, SyncRunResult>; failures: SyncRunResult[] }> | null | undefined;
  if (typeof whole !== 'object' || whole === null) return [];
  if (whole.steps) return Object.entries(whole.steps).map(([stepId, step]) => ({ stepId, result: step }));
  if (Array.isArray(whole.failures)) return whole.failures.map((one) => ({ result: one }));
  return whole.outcome !== undefined && whole.syncId !== undefined ? [{ result: whole as SyncRunResult }] : [];
}

/** Executions by their ids: those that were started, and whatever was read of any. */
function executionsOf(facts: HistoryFacts): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const activity of facts.activities) {
    for (const { type, kind, syncId, executionId, createdAt } of startsOf(activity)) {
      if (type !== 'started' || executionId === null) continue;
      const before = found.get(executionId);
      found.set(executionId, { kind, syncId, executionId, createdAt, ...(before?.last && { last: before.last }) });
    }
    walk(activity.result, (value) => {
      if (!isExecution(value)) return;
      const { kind, syncId, executionId, createdAt } = value;
      const before = found.get(executionId);
      found.set(executionId, {
        kind,
        syncId,
        executionId,
        createdAt: createdAt ?? null,
        ...before,
        last: value,
      });
    });
  }
  return found;
}

/** What one try of a start came to; releases up to 0.1 say `state`, later ones `type`. */
export interface StartFact {
  /** `started`, `conflict`, `throttled`, `refused`, … */
  type: string;
  kind: SyncKind;
  syncId: string;
  executionId: string | null;
  createdAt: string | null;
  adopted: boolean;
  /** Why it is not started. */
  why: string | null;
}

type StartAnswer = Partial<Omit<StartFact, 'why'>> & { state?: string; failure?: { message?: string } };

/** Answers of `startExecutions` stand in the order of what was asked. */
export function startsOf({ name, input, result }: Pick<ActivityFact, 'name' | 'input' | 'result'>): StartFact[] {
  if (name !== `${activityPrefix}startExecutions` || !Array.isArray(result)) return [];
  const { items = [] } = (input ?? {}) as { items?: { kind?: SyncKind; syncId?: string }[] };
  return (result as StartAnswer[]).flatMap(({ state, type, executionId, createdAt, adopted, failure }, at) => {
    const { kind, syncId } = items[at] ?? {};
    if (!kind || !syncId) return [];
    const known = { executionId: executionId ?? null, createdAt: createdAt ?? null, adopted: adopted ?? false };
    return [{ type: type ?? state ?? '', kind, syncId, ...known, why: failure?.message ?? null }];
  });
}

function isExecution(value: Partial<Execution>): value is Execution {
  const { kind, syncId, executionId, phase, records } = value;
  return Boolean(kind && syncId && executionId && phase && records);
}

function walk(value: unknown, visit: (value: Record<string, unknown>) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) visit(value as Record<string, unknown>);
  for (const inner of Object.values(value)) walk(inner, visit);
}

/** Names of syncs, from lists in columns and from whatever else was read of them. */
function namesOf(facts: HistoryFacts): Map<string, string> {
  const names = new Map<string, string>();
  for (const { result } of facts.activities) {
    walk(result, ({ ids, names: columns, syncId, name }) => {
      if (Array.isArray(ids) && Array.isArray(columns)) {
        ids.forEach((id: unknown, at) => names.set(String(id), String(columns[at] ?? '')));
      }
      if (typeof syncId === 'string' && typeof name === 'string') names.set(syncId, name);
    });
  }
  return names;
}

function limitsOf({ activities }: HistoryFacts): typeof noLimits | ResolvedRunOptions {
  const prepared = activities.find(({ name, result }) => name.startsWith(`${activityPrefix}prepare`) && result);
  return (prepared?.result as { options?: ResolvedRunOptions } | undefined)?.options ?? noLimits;
}

/** A run of the failed schemas replaces what the run before it had of these. */
function sumRecords(executions: readonly Execution[]): RecordCounts {
  const last = executions.at(-1);
  if (!last)
    return { total: null, inserted: null, updated: null, upserted: null, deleted: null, errors: null, warnings: null };
  const before = executions.slice(0, -1);
  const sum = (field: 'total' | 'errors' | 'warnings'): number | null =>
    before.reduce<number | null>((total, { records, failedRecords }) => {
      const count = records[field];
      return total === null || count === null ? total : total + count - (failedRecords?.[field] ?? 0);
    }, last.records[field]);
  return { ...last.records, total: sum('total'), errors: sum('errors'), warnings: sum('warnings') };
}
