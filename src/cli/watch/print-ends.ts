/** What is printed of workflows that have ended. */
import type { WorkflowHandle } from '@temporalio/client';
import type { OpenCancellation } from '../../contracts/cancellation';
import type { FanOutResult, PipelineResult } from '../../contracts/fan-out-result';
import type { SyncRunResult } from '../../contracts/run-result';
import type { Printer } from '../printer';
import type { Session } from '../session';
import { formatCount, formatDuration, markOutcome, toCell, type Colors } from '../style';
import {
  isProvisioned,
  isProvisioningFailure,
  provisionedLines,
  provisioningFailureLines,
} from '../provision/plan-text';
import { summarizeCounts } from './phrases';
import type { WatchEnd } from './watched-run';

/** A workflow and how it ended. */
export interface Ended {
  readonly handle: Pick<WorkflowHandle, 'workflowId'>;
  readonly title: string;
  readonly end: WatchEnd;
}

/** One JSON value for one workflow, a list for several, a line each with `jsonl`; else a few lines of text. */
export async function printEnds({ print }: Session, ended: readonly Ended[]): Promise<void> {
  const values = ended.map(({ handle: { workflowId }, end }) => ({ workflowId, ...end }));
  if (print.isText) return ended.forEach((one) => print.value(null, () => endText(one, print)));
  if (print.options.output === 'json') return print.value(values.length === 1 ? values[0] : values, () => '');
  for (const value of values) print.value(value, () => '');
}

/** Text of one end: the outcome first, then what a person would ask next. */
export function endText({ title, end, handle }: Ended, print: Printer): string {
  const { colors } = print;
  const { result, failure, status } = end;
  const told = resultText(title, end, print);
  const lines = told ?? [`${toCell(title)}: ${end.exitCode === 0 ? colors.green(status) : colors.red(status)}`];
  if (failure && (told === undefined || isProvisioningFailure(result))) {
    lines.push(`  ${toCell(failure.message, 2_000)}${failure.type ? ` (${failure.type})` : ''}`);
  }
  if (end.openCancellation) lines.push(...openLines(end.openCancellation));
  if (end.exitCode !== 0) lines.push(colors.dim(`  workflow ${handle.workflowId}`));
  return lines.join('\n');
}

function openLines({
  unconfirmed,
  unconfirmedCount = unconfirmed.length,
  mayHaveBeenCreated = [],
}: OpenCancellation): string[] {
  const runs = unconfirmed.map(({ syncId, executionId }) =>
    executionId === null
      ? `  a start of sync ${toCell(syncId ?? 'unknown')} may have taken effect; no run of it was seen`
      : `  run ${toCell(executionId)} of sync ${toCell(syncId ?? 'unknown')} was not seen to end: it may still run`,
  );
  const creates = mayHaveBeenCreated.map((name) => `  a sync may have been created: ${toCell(name)}`);
  const lines = [...runs, ...creates];
  const more = lines.length - maxLines + unconfirmedCount - unconfirmed.length;
  return more > 0 ? [...lines.slice(0, maxLines), `  … ${more} more`] : lines;
}

/** One word for an end, marked: the outcome of a single run, the counts of many, else Temporal's status. */
export function endWord({ result, status, exitCode }: WatchEnd, colors: Colors): string {
  if (isSingle(result)) return markOutcome(result.outcome, colors);
  const counts = isMany(result) ? summarizeCounts(result).join(', ') : '';
  return exitCode === 0 ? colors.green(`✓ ${counts || status}`) : colors.red(`✗ ${counts || status}`);
}

/** Undefined for results that are none of ours. */
function resultText(title: string, end: WatchEnd, print: Printer): string[] | undefined {
  const { result } = end;
  if (isSingle(result)) return singleText(result, print);
  if (isMany(result)) return manyText(title, result, end, print);
  if (isProvisioned(result)) return provisionedLines(result, print.colors);
  return isProvisioningFailure(result) ? provisioningFailureLines(result, print.colors) : undefined;
}

const maxLines = 20;

function singleText(result: SyncRunResult, print: Printer): string[] {
  const { colors } = print;
  const { name, syncId, kind, outcome, records, startedAt, completedAt, errors, reason, schemas, url, executionId } =
    result;
  const { ingestion } = result;
  const took = startedAt && completedAt ? ` in ${formatDuration(Date.parse(completedAt) - Date.parse(startedAt))}` : '';
  const count = records.total === null ? '' : `, ${formatCount(records.total)} records`;
  const rejected = records.errors ? `, ${formatCount(records.errors)} rejected` : '';
  const bad = (schemas ?? []).filter(
    ({ message, errors: failed, status }) => message !== null || failed > 0 || isBad(status),
  );
  return [
    `${markOutcome(outcome, colors)}  ${colors.bold(toCell(name ?? syncId))} (${kind} sync)${count}${rejected}${took}`,
    ...(executionId
      ? [colors.dim(`  execution ${executionId}${result.attached ? ', not started by this workflow' : ''}`)]
      : []),
    ...(ingestion
      ? [`  the ingestion is ${formatDuration(ingestion.lagMs)} behind (${toCell(ingestion.status)})`]
      : []),
    ...(reason ? [`  ${toCell(reason, 500)}`] : []),
    ...errors.slice(0, maxLines).map((error) => `  ${colors.red('error:')} ${toCell(error, 500)}`),
    ...bad.slice(0, maxLines).map(({ schema, status, message, errors: failed }) => {
      const rejectedRecords = failed > 0 ? `, ${formatCount(failed)} rejected` : '';
      return `  ${toCell(schema)}: ${status}${rejectedRecords}${message ? ` (${toCell(message, 300)})` : ''}`;
    }),
    ...(url ? [`  ${url}`] : []),
  ];
}

function isBad(status: string): boolean {
  return /fail|error|interrupt|cancel/.test(status);
}

function manyText(title: string, result: FanOutResult | PipelineResult, end: WatchEnd, print: Printer): string[] {
  const { colors } = print;
  const mark = end.exitCode === 0 ? colors.green('✓') : colors.red('✗');
  const counts = summarizeCounts(result);
  const lines = [
    `${mark} ${colors.bold(toCell(title))}: ${formatCount(result.total)} syncs${counts.length ? `, ${counts.join(', ')}` : ''}`,
  ];
  const bad =
    'steps' in result ? badSteps(result) : result.failures.map((run) => ({ label: run.name ?? run.syncId, run }));
  lines.push(
    ...bad.slice(0, maxLines).map(({ label, run }) => {
      const why = run.reason ?? run.errors[0];
      return `  ${markOutcome(run.outcome, colors)}  ${toCell(label)}${why ? `: ${toCell(why, 200)}` : ''}`;
    }),
  );
  if (bad.length > maxLines) lines.push(`  … ${bad.length - maxLines} more; see \`temporal-polytomic report\``);
  if ('listComplete' in result && !result.listComplete) {
    lines.push("  Polytomic's list of syncs may be incomplete: there may be more than ran.");
  }
  return lines;
}

function badSteps({ steps }: PipelineResult): { label: string; run: SyncRunResult }[] {
  return Object.entries(steps).flatMap(([step, run]) => {
    const because = run.because === undefined ? {} : { reason: `skipped because ${run.because} did not succeed` };
    const isGood = run.outcome === 'completed' || run.outcome === 'completedWithErrors';
    return isGood ? [] : [{ label: step, run: { ...run, ...because } }];
  });
}

function isSingle(result: unknown): result is SyncRunResult {
  return typeof result === 'object' && result !== null && 'outcome' in result && 'records' in result;
}

function isMany(result: unknown): result is FanOutResult | PipelineResult {
  return (
    typeof result === 'object' && result !== null && 'total' in result && ('failures' in result || 'steps' in result)
  );
}
