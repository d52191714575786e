/** A report as a trace that Perfetto and chrome://tracing show: a process a workflow, a row for each sync at a time. Pure. */
import type { SyncRow } from '../history/sync-rows';
import type { Report } from './report-data';

interface TraceEvent {
  name: string;
  ph: 'X' | 'M';
  pid: number;
  tid: number;
  ts?: number;
  dur?: number;
  cat?: string;
  args: Record<string, unknown>;
}

/** JSON in the Trace Event Format; times in microseconds. */
export function toTrace({ workflows, rows, generatedAt }: Report): { traceEvents: TraceEvent[] } {
  const traceEvents = workflows.flatMap(({ workflowId, title }, at): TraceEvent[] => {
    const pid = at + 1;
    const lanes: number[] = [];
    const own = rows.filter((row) => row.workflowId === workflowId && row.startedAt !== null);
    const name: TraceEvent = { name: 'process_name', ph: 'M', pid, tid: 0, args: { name: `${title} (${workflowId})` } };
    return [name, ...own.map((row) => toEvent(row, pid, lanes, Date.parse(generatedAt)))];
  });
  return { traceEvents };
}

/** The first lane that is free when the sync begins. */
function toEvent(row: SyncRow, pid: number, lanes: number[], now: number): TraceEvent {
  const start = Date.parse(row.startedAt ?? '');
  const end = Math.max(start, row.endedAt === null ? now : Date.parse(row.endedAt));
  const free = lanes.findIndex((until) => until <= start);
  const lane = free < 0 ? lanes.length : free;
  lanes[lane] = end;
  const { outcome, kind, syncId, executions, records, reason, errors } = row;
  return {
    ...{ name: row.stepId ?? row.name ?? syncId, ph: 'X', pid, tid: lane + 1, cat: outcome },
    ...{ ts: start * 1000, dur: (end - start) * 1000 },
    args: {
      outcome,
      kind,
      syncId,
      executions,
      records: records.total,
      ...(reason && { reason }),
      ...(errors[0] && { error: errors[0] }),
    },
  };
}
