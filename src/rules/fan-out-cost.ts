/** What a fan-out costs, about. */
import type { SyncKind } from '../contracts/sync-kind';

/** Syncs in one request for the snapshots of bulk syncs; model syncs take one each. */
const batchLength = 50;
/** Share of the running syncs that one round of the loop gathers: the linger of a quarter of their duration. */
const shareOfRound = 0.25;
/** A round is one wait and one lot of starts. */
const actionsPerRound = 2;
/** Start of the workflow, its input, the list. */
const actionsAtLeast = 3;

/** Requests to Polytomic besides the shared looks at what runs, and billable actions of Temporal besides heartbeats. */
export function costOf(
  kind: SyncKind,
  total: number,
  maxConcurrent: number,
): { requests: number; billableActions: number } {
  const perSync = kind === 'bulk' ? 2 + 1 / batchLength : 3;
  const perRound = Math.max(1, Math.min(total, maxConcurrent) * shareOfRound);
  return {
    requests: Math.ceil(total * perSync),
    billableActions: actionsAtLeast + Math.ceil(total / perRound) * actionsPerRound,
  };
}
