/** A report as CSV (RFC 4180), one line a sync. Pure. */
import { escapeControlsInLines } from '../../rules/quoted';
import type { Report } from './report-data';
import { durationOf } from './report-data';

const columns = [
  'workflow',
  'kind',
  'sync_id',
  'name',
  'step',
  'outcome',
  'started_at',
  'ended_at',
  'duration_seconds',
  'records',
  'record_errors',
  'record_warnings',
  'schemas_failed',
  'executions',
  'reason',
  'errors',
  'url',
] as const;

/** The whole file, with a header. */
export function toCsv({ rows }: Report): string {
  const lines = rows.map((row) => {
    const ms = durationOf(row);
    return [
      ...[row.workflowId, row.kind, row.syncId, row.name, row.stepId, row.outcome, row.startedAt, row.endedAt],
      ...[ms === null ? null : ms / 1000, row.records.total, row.records.errors, row.records.warnings],
      row.schemas.filter(({ status }) => /fail|error|interrupt|cancel/.test(status)).length,
      ...[row.executions.join(' '), row.reason, row.errors.join(' | '), row.url],
    ];
  });
  return [columns, ...lines].map((line) => line.map(toField).join(',')).join('\r\n') + '\r\n';
}

/** Names come from others: what would steer a terminal is escaped, and what a spreadsheet would take for a formula is marked as text. */
function toField(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  const shown = escapeControlsInLines(String(value));
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
