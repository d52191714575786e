/** Runs in Polytomic that a workflow left behind: it was terminated, or Temporal timed it out, so no code of ours ran. */
import type { SyncKind } from '../../contracts/sync-kind';
import type { Temporal } from '../connect';
import { readLastRuns } from '../syncs/list-syncs';
import { runWorkflowTypes, typesQuery } from '../workflow-types';
import { readHistory } from './read-history';
import { toSyncRows } from './sync-rows';

/** A run that goes on without its workflow. */
export interface Orphan {
  workflowId: string;
  /** How the workflow ended. */
  state: string;
  closedAt: string | null;
  kind: SyncKind;
  syncId: string;
  name: string | null;
  executionId: string;
  /** Status in Polytomic, verbatim. */
  status: string;
  startedAt: string | null;
}

/** Which workflows to look at. */
export interface OrphanSearch {
  /** Those that ended after this time. */
  readonly since: Date;
  readonly limit: number;
  readonly organization: string | undefined;
}

/** Those that Polytomic still has in progress. `more` says that not every workflow was looked at. */
export async function findOrphans(
  temporal: Temporal,
  search: OrphanSearch,
): Promise<{ orphans: Orphan[]; more: boolean }> {
  const found: { workflowId: string; runId: string }[] = [];
  const ended = `ExecutionStatus IN ('Terminated', 'TimedOut') AND CloseTime > '${search.since.toISOString()}'`;
  const query = `${typesQuery(runWorkflowTypes)} AND ${ended}`;
  for await (const { workflowId, runId } of temporal.client.workflow.list({ query })) {
    if (found.length > search.limit) break;
    found.push({ workflowId, runId });
  }
  const orphans: Orphan[] = [];
  for (const ended of found.slice(0, search.limit)) {
    orphans.push(...(await orphansOf(temporal, ended, search.organization)));
  }
  return { orphans, more: found.length > search.limit };
}

async function orphansOf(
  temporal: Temporal,
  { workflowId, runId }: { workflowId: string; runId: string },
  organization: string | undefined,
): Promise<Orphan[]> {
  // Another workflow may have begun under its id since.
  const facts = await readHistory(temporal, workflowId, runId);
  const open = toSyncRows(facts).filter(({ outcome, attached }) => outcome === 'running' && !attached);
  const syncs = open.map(({ kind, syncId, name }) => ({ kind, syncId, name: name ?? '', active: true }));
  const own = (facts.input as { organization?: string } | undefined)?.organization ?? organization;
  const runs = await readLastRuns(temporal, syncs, own);
  return open.flatMap(({ kind, syncId, name, executions, startedAt }, at) => {
    const run = runs[at];
    const executionId = executions.at(-1) ?? '';
    if (run?.executionId !== executionId || run.phase === 'ended') return [];
    const { state, closedAt } = facts;
    return [{ workflowId, state, closedAt, kind, syncId, name, executionId, status: run.status, startedAt }];
  });
}
