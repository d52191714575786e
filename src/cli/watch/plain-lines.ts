/** Progress where no table can be drawn: one line for each change. Pure. */
import type { FanOutProgress } from '../../contracts/fan-out-progress';
import type { ProvisionProgress } from '../../contracts/provision';
import { formatCount, formatDuration, toCell } from '../style';
import { approvalText, consentText, provisioningText, runText, summarizeCounts } from './phrases';
import type { WatchedRun } from './watched-run';

/** What to print of a run after a change; nothing when only times moved on. */
export function plainLines(before: WatchedRun | undefined, now: WatchedRun): string[] {
  const title = toCell(now.title);
  const lines: string[] = [];
  if (now.trouble !== undefined && now.trouble !== before?.trouble) lines.push(`${title}: ${now.trouble}`);
  if (now.trouble === undefined && before?.trouble !== undefined) lines.push(`${title}: connected again`);
  if (now.fanOut) lines.push(...fanOutLines(title, before?.fanOut, now.fanOut));
  if (now.provisioning) lines.push(...provisioningLines(now, before?.provisioning, now.provisioning));
  const text = runLine(now);
  if (text !== undefined && text !== (before && runLine(before))) lines.push(`${title}: ${text}`);
  return lines;
}

function runLine({ run, live }: WatchedRun): string | undefined {
  if (!run || run.phase === 'ended') return undefined;
  const records = live?.records ? `, ${formatCount(live.records)} records` : '';
  const schemas = live?.schemas.length
    ? `, ${live.schemas.map(({ schema, status }) => `${toCell(schema, 30)} ${status}`).join(', ')}`
    : '';
  return `${runText(run)}${records}${schemas}`;
}

function fanOutLines(title: string, before: FanOutProgress | undefined, now: FanOutProgress): string[] {
  const known = new Set(before?.failed.map(({ syncId, stepId }) => stepId ?? syncId));
  const failed = now.failed
    .filter(({ syncId, stepId }) => !known.has(stepId ?? syncId))
    .map(({ name, syncId, stepId, outcome, executionId }) => {
      const execution = executionId ? ` (execution ${executionId})` : '';
      return `${title}: ${toCell(stepId ?? (name || syncId))} ${outcome}${execution}`;
    });
  const line = fanOutLine(now);
  const isSame = before && fanOutLine(before) === line;
  return isSame ? failed : [...failed, `${title}: ${line}${restOf(now)}`];
}

function fanOutLine({ phase, total, counts, runningCount, waiting }: FanOutProgress): string {
  if (total === null) return phase === 'preparing' ? 'listing the syncs' : phase;
  const done = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = [...summarizeCounts(counts), `${runningCount} running`, `${waiting} waiting`];
  return `${phase === 'running' ? '' : `${phase}, `}${done} of ${total}: ${parts.join(', ')}`;
}

function provisioningLines(run: WatchedRun, before: ProvisionProgress | undefined, now: ProvisionProgress): string[] {
  if (now.phase === 'ended') return [];
  const known = new Set(before?.needsConsent.map(({ address }) => address));
  const lines = now.needsConsent.filter(({ address }) => !known.has(address)).map(consentText);
  const text = provisioningText(now);
  if (!before || provisioningText(before) !== text) {
    lines.push(...[text, approvalText(now, run.workflowId)].filter((line) => line !== undefined));
  }
  return lines.map((line) => `${toCell(run.title)}: ${line}`);
}

function restOf({ estimatedEnd }: FanOutProgress): string {
  const ms = estimatedEnd === null ? 0 : Date.parse(estimatedEnd) - Date.now();
  return ms > 1_000 ? `, about ${formatDuration(ms)} left` : '';
}
