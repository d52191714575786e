/** What a report shows, as data: also its `-o json`. Pure. */
import type { RunOutcome } from '../../contracts/run-result';
import type { HistoryFacts, WorkflowState } from '../history/facts';
import { toSyncRows, type SyncRow } from '../history/sync-rows';

/** One workflow of a report. */
export interface ReportedWorkflow {
  workflowId: string;
  workflow: string;
  title: string;
  state: WorkflowState;
  startedAt: string;
  closedAt: string | null;
  /** Page of the workflow in the Temporal UI; null where that is not known. */
  uiUrl: string | null;
  /** Syncs in all, those that never began included. */
  total: number;
  counts: Partial<Record<RunOutcome | 'running', number>>;
}

/** One sync in all workflows of a report. */
export interface ComparedSync {
  kind: string;
  syncId: string;
  name: string | null;
  /** Milliseconds of its run in each workflow, in their order; null where it did not run or has not ended. */
  durationsMs: (number | null)[];
  outcomes: (string | null)[];
  /** Last against the one before that has a duration; 1.5 is half as long again. Null where there are not two. */
  slowdown: number | null;
}

/** A report of some workflows. */
export interface Report {
  generatedAt: string;
  workflows: ReportedWorkflow[];
  rows: SyncRow[];
  /** Only of several workflows: the slowest first. */
  compared: ComparedSync[];
}

/** What a report is made of. */
export interface ReportInput {
  readonly facts: readonly HistoryFacts[];
  /** The page of a workflow in the Temporal UI. */
  readonly uiUrlOf: (workflowId: string, runId: string) => string | null;
  readonly now: Date;
}

/** The workflows in the order in which they began. */
export function toReport({ facts, uiUrlOf, now }: ReportInput): Report {
  const inOrder = facts.toSorted((one, other) => one.startedAt.localeCompare(other.startedAt));
  const rowsOf = inOrder.map(toSyncRows);
  const workflows = inOrder.map((one, at) => toWorkflow(one, rowsOf[at] ?? [], uiUrlOf));
  return {
    generatedAt: now.toISOString(),
    workflows,
    rows: rowsOf.flat(),
    compared: inOrder.length > 1 ? compare(rowsOf) : [],
  };
}

function toWorkflow(facts: HistoryFacts, rows: readonly SyncRow[], uiUrlOf: ReportInput['uiUrlOf']): ReportedWorkflow {
  const { workflowId, workflow, title, state, startedAt, closedAt, runIds } = facts;
  const counts: ReportedWorkflow['counts'] = {};
  for (const { outcome } of rows) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const result = (facts.result ?? facts.failure?.detail) as { total?: number; skipped?: number } | null | undefined;
  const total = typeof result?.total === 'number' ? result.total : rows.length;
  // Those that were skipped before they began left nothing in the history.
  if (typeof result?.skipped === 'number' && result.skipped > 0) counts.skipped = result.skipped;
  const uiUrl = uiUrlOf(workflowId, runIds.at(-1) ?? '');
  return { workflowId, workflow, title, state, startedAt, closedAt, uiUrl, total, counts };
}

/** Milliseconds that a sync took; null while it runs, or where its times are not known. */
export function durationOf({ startedAt, endedAt }: Pick<SyncRow, 'startedAt' | 'endedAt'>): number | null {
  return startedAt === null || endedAt === null ? null : Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
}

function compare(rowsOf: readonly (readonly SyncRow[])[]): ComparedSync[] {
  const bySync = new Map<string, ComparedSync>();
  rowsOf.forEach((rows, at) => {
    for (const row of rows) {
      const key = `${row.kind} ${row.syncId} ${row.stepId ?? ''}`;
      const { kind, syncId, name } = row;
      const empty = rowsOf.map(() => null);
      const sync = bySync.get(key) ?? {
        kind,
        syncId,
        name,
        durationsMs: [...empty],
        outcomes: [...empty],
        slowdown: null,
      };
      sync.durationsMs[at] = durationOf(row);
      sync.outcomes[at] = row.outcome;
      sync.name ??= name;
      bySync.set(key, sync);
    }
  });
  const compared = [...bySync.values()].map((sync) => ({ ...sync, slowdown: slowdownOf(sync) }));
  return compared.sort((one, other) => (other.slowdown ?? 0) - (one.slowdown ?? 0));
}

function slowdownOf({ durationsMs }: ComparedSync): number | null {
  const [before, last] = durationsMs.filter((ms) => ms !== null).slice(-2);
  return before && last !== undefined ? last / before : null;
}

/** Where the Temporal UI shows a workflow: as told, by the address of Temporal Cloud, or beside a dev server. */
export function createUiUrl(
  uiUrl: string | undefined,
  { address, namespace }: { address: string; namespace: string },
): ReportInput['uiUrlOf'] {
  const base = uiUrl ?? guessUi(address);
  if (base === null) return () => null;
  const start = `${base.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows/`;
  return (workflowId, runId) => `${start}${encodeURIComponent(workflowId)}/${encodeURIComponent(runId)}/history`;
}

function guessUi(address: string): string | null {
  if (/\.tmprl\.cloud(:|$)|\.api\.temporal\.io(:|$)/.test(address)) return 'https://cloud.temporal.io';
  const [, host, port] = /^(localhost|127\.0\.0\.1|\[::1\]):(\d+)$/.exec(address) ?? [];
  return host === undefined ? null : `http://${host}:${Number(port) + 1_000}`;
}
