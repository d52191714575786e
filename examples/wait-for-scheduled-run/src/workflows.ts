/** Workflows of this project. */
import { awaitSync, runModelSync } from 'temporal-polytomic/workflow';

export * from 'temporal-polytomic/workflows';

/** Which syncs, and how fresh the lake must be. */
export interface SendFreshInput {
  /** Bulk sync that Polytomic's own schedule, or a person, runs. */
  lake: string;
  /** Model sync to run on fresh data. */
  crm: string;
  /** The lake's run must have ended after this time (RFC 3339). */
  loadedAfter: string;
}

/** What was sent, and by which run its data had been loaded. */
export interface SendFreshReport {
  loadedBy: string | null;
  loadedAt: string | null;
  sent: number | null;
}

/**
 * Goes on at once where such a run has ended already, else waits for it; never starts or cancels a run of the lake. A run that
 * ended without success throws, and nothing is sent.
 */
export async function sendFresh({ lake, crm, loadedAfter }: SendFreshInput): Promise<SendFreshReport> {
  const loaded = await awaitSync({ kind: 'bulk', syncId: lake, completedAfter: loadedAfter, timeout: '8 hours' });
  const { records } = await runModelSync({ syncId: crm });
  return { loadedBy: loaded.executionId, loadedAt: loaded.completedAt, sent: records.total };
}
