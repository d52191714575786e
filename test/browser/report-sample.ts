/** Histories of nights that never were, as many syncs as wanted, for pages of reports. */
import type { Execution } from '../../src/contracts/execution';
import type { HistoryFacts } from '../../src/cli/history/facts';

/** What one night holds. */
export interface Night {
  readonly workflowId: string;
  readonly syncs: number;
  /** When it began (RFC 3339). */
  readonly startedAt: string;
  /** How much longer each sync took than usual. */
  readonly slowdown?: number;
}

/** Would run if a page took it for markup; every page of these tests has it. */
export const hostileName = `<script>document.title='taken'</script><img src=x onerror="document.title='taken'">`;

const records = { inserted: null, updated: null, upserted: null, deleted: null, warnings: 0 };

/** The facts of a fan-out: every 20th sync failed, the second one bears the {@link hostileName}. */
export function nightFacts({ workflowId, syncs, startedAt, slowdown = 1 }: Night): HistoryFacts {
  const from = Date.parse(startedAt);
  const executions = Array.from({ length: syncs }, (_, at): Execution => {
    const failed = at % 20 === 7;
    const start = from + Math.floor(at / 20) * 60_000 + (at % 20) * 500;
    const end = start + Math.round((30_000 + ((at * 7919) % 90_000)) * slowdown);
    return {
      ...{ kind: at % 3 === 0 ? 'model' : 'bulk', syncId: `sync-${at}`, executionId: `execution-${workflowId}-${at}` },
      ...{ status: failed ? 'failed' : 'completed', phase: 'ended', ending: failed ? 'failed' : 'completed' },
      createdAt: new Date(start).toISOString(),
      startedAt: new Date(start).toISOString(),
      completedAt: new Date(end).toISOString(),
      records: { ...records, total: failed ? 0 : (at * 37) % 10_000, errors: failed ? 3 : 0 },
      errors: failed ? ['connection refused by the source'] : [],
      ...(at === 3 && { url: 'javascript:document.title="taken"' }),
      ...(at === 7 && {
        schemas: [
          { schema: 'public.users', status: 'failed', records: 0, errors: 3, warnings: 0, message: hostileName },
        ],
      }),
    };
  });
  const failed = executions.filter(({ ending }) => ending === 'failed').length;
  const activity = { scheduledAt: startedAt, startedAt, closedAt: startedAt, state: 'completed', attempts: 1 } as const;
  const names = executions.map(({ syncId }, at) => (at === 1 ? hostileName : `Sync ${syncId.slice(5)}`));
  return {
    ...{ workflowId, runIds: ['run-1'], workflow: 'runAllBulkSyncs', title: 'nightly', input: {}, startedAt },
    closedAt: new Date(from + syncs * 3_500 + 120_000).toISOString(),
    ...{ state: failed > 0 ? 'failed' : 'completed', failure: null, requests: [], taskTroubles: [], events: 0 },
    result: { total: syncs, completed: syncs - failed, failed, skipped: 0, failures: [], listComplete: true },
    activities: [
      {
        name: 'polytomic.listSyncs',
        ...activity,
        lastFailure: null,
        failure: null,
        input: {},
        result: { ids: executions.map(({ syncId }) => syncId), names },
      },
      {
        name: 'polytomic.awaitExecutions',
        ...activity,
        lastFailure: null,
        failure: null,
        input: {},
        result: { settled: executions.map((execution) => ({ state: 'ended', execution })) },
      },
    ],
  };
}
