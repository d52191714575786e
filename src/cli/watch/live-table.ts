/** The table that is drawn over itself on a terminal. Pure: what is known, and the room there is, become lines. */
import type { FailedSync, FanOutProgress, RunningSync } from '../../contracts/fan-out-progress';
import type { ProvisionProgress } from '../../contracts/provision';
import { formatCount, formatDuration, toCell, type Colors } from '../style';
import { lettersOf, padTo, widthOf } from '../text-width';
import {
  approvalText,
  consentText,
  fanOutPhraseOf,
  nextRunText,
  phraseOf,
  provisioningText,
  summarizeCounts,
} from './phrases';
import type { LiveSchema, WatchedRun } from './watched-run';

/** Where and when it is drawn. */
export interface TableFrame {
  readonly columns: number;
  readonly rows: number;
  readonly now: number;
  readonly colors: Colors;
}

/** Lines of the table, never more than the room allows. */
export function liveTable(runs: readonly WatchedRun[], frame: TableFrame): string[] {
  const room = Math.max(3, frame.rows - 2);
  const share = Math.max(1, Math.floor(room / Math.max(1, runs.length)));
  const blocks = runs.map((run) => {
    if (run.fanOut) return fanOutBlock(run, run.fanOut, frame, share);
    return run.provisioning ? provisioningBlock(run, run.provisioning, frame, share) : runBlock(run, frame, share);
  });
  const lines = blocks.flat();
  if (lines.length <= room) return lines;
  return [...lines.slice(0, room - 1), frame.colors.dim(`… ${lines.length - room + 1} more lines`)];
}

const minSchemas = 3;

function runBlock(run: WatchedRun, frame: TableFrame, share: number): string[] {
  const { colors, now, columns } = frame;
  const titleWidth = Math.min(40, Math.max(12, Math.floor(columns / 3)));
  const { end, live } = run;
  const state = end ? endText(end.status, end.exitCode, colors) : run.run ? phraseOf(run.run) : 'starting';
  const records = live?.records ? `${formatCount(live.records)} records` : '';
  const parts = [
    padTo(toCell(run.title, titleWidth), titleWidth),
    formatDuration(now - run.startedAt).padStart(7),
    state,
    records,
  ];
  const lines = [cut(parts.filter((part) => part !== '').join('  '), columns)];
  if (run.trouble !== undefined && !end) lines.push(cut(`  ${colors.yellow(run.trouble)}`, columns));
  if (end) return lines;
  const next = run.run && nextRunText(run.run);
  if (next !== undefined) lines.push(cut(`  ${next}`, columns));
  const schemas = live?.schemas ?? [];
  const shown = schemas.slice(0, Math.max(minSchemas, share - lines.length - 1));
  lines.push(...shown.map((schema) => cut(schemaLine(schema, titleWidth, colors), columns)));
  if (schemas.length > shown.length) lines.push(colors.dim(`    … ${schemas.length - shown.length} more schemas`));
  return lines;
}

function schemaLine({ schema, status, records }: LiveSchema, width: number, colors: Colors): string {
  const state = /fail|error|interrupt/.test(status) ? colors.red(status) : status;
  return `    ${padTo(toCell(schema, width), width)} ${formatCount(records).padStart(12)}  ${state}`;
}

function fanOutBlock(run: WatchedRun, progress: FanOutProgress, frame: TableFrame, share: number): string[] {
  const { colors, now, columns } = frame;
  const { total, counts, runningCount, waiting, phase, endsPerMinute, estimatedEnd } = progress;
  const done = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const state = run.end ? endText(run.end.status, run.end.exitCode, colors) : fanOutPhraseOf(phase);
  const lines = [
    cut(`${colors.bold(toCell(run.title, 50))}  ${formatDuration(now - run.startedAt)}  ${state}`, columns),
  ];
  // The last progress is older than the end, and the result with its figures follows.
  if (run.end) return lines;
  if (run.trouble !== undefined) lines.push(cut(`  ${colors.yellow(run.trouble)}`, columns));
  const rate = endsPerMinute === null ? '' : `${endsPerMinute.toFixed(1)} a minute`;
  const left = estimatedEnd === null ? '' : leftText(Date.parse(estimatedEnd), now);
  const share100 = total ? Math.floor((done / total) * 100) : 0;
  const figures = [`${formatCount(done)} of ${formatCount(total)}`, `${share100} %`, rate, left].filter(
    (part) => part !== '',
  );
  const width = Math.max(10, Math.min(30, columns - figures.join('  ').length - 6));
  lines.push(cut(`  ${bar(total ? done / total : 0, width, colors)}  ${figures.join('  ')}`, columns));
  const numbers = [
    ...summarizeCounts(counts),
    `${formatCount(runningCount)} running`,
    `${formatCount(waiting)} waiting`,
  ];
  lines.push(cut(`  ${numbers.join(', ')}`, columns));
  const room = Math.max(4, share - lines.length);
  const failedRoom = Math.min(progress.failed.length + 1, Math.max(2, Math.floor(room / 2)));
  const runningRoom = Math.max(2, room - (progress.failed.length > 0 ? failedRoom : 0));
  lines.push(
    ...section('Running', progress.running, runningCount, runningRoom, (sync) => runningLine(sync, frame), columns),
  );
  const failures = progress.failed.toReversed();
  const failedCount = counts.failed + counts.partiallyFailed + counts.timedOut + counts.canceled;
  lines.push(
    ...section(
      'Without success',
      failures,
      Math.max(failedCount, failures.length),
      failedRoom,
      (sync) => failedLine(sync, frame),
      columns,
    ),
  );
  return lines;
}

function provisioningBlock(run: WatchedRun, progress: ProvisionProgress, frame: TableFrame, share: number): string[] {
  const { colors, now, columns } = frame;
  const { counts, working, needsConsent } = progress;
  const state = run.end ? endText(run.end.status, run.end.exitCode, colors) : provisioningText(progress);
  const lines = [`${colors.bold(toCell(run.title, 50))}  ${formatDuration(now - run.startedAt)}  ${state}`];
  if (run.end) return lines.map((line) => cut(line, columns));
  if (run.trouble !== undefined) lines.push(`  ${colors.yellow(run.trouble)}`);
  if (counts.total > 0) lines.push(`  ${bar(counts.done / counts.total, 30, colors)}`);
  const approval = approvalText(progress, run.workflowId);
  if (approval !== undefined) lines.push(`  ${colors.yellow(approval)}`);
  lines.push(...needsConsent.map((connection) => `  ${colors.yellow(consentText(connection))}`));
  const room = Math.max(2, share - lines.length);
  const nameWidth = nameWidthOf(columns);
  const shown = working.slice(0, counts.working > room ? room - 1 : room);
  lines.push(
    ...shown.map(({ address, why }) => `    ${padTo(toCell(address, nameWidth), nameWidth)} ${toCell(why, 200)}`),
  );
  const rest = counts.working - shown.length;
  if (rest > 0) lines.push(`    … ${formatCount(rest)} more in work`);
  return lines.map((line) => cut(line, columns));
}

/** A heading and as many lines as there is room for; the count tells what is not shown. */
function section<T>(
  title: string,
  items: readonly T[],
  count: number,
  room: number,
  toLine: (item: T) => string,
  columns: number,
): string[] {
  if (count === 0) return [];
  const shown = items.slice(0, Math.max(1, count < room ? room - 1 : room - 2));
  const rest = count - shown.length;
  return [
    `  ${title} (${formatCount(count)})`,
    ...shown.map((item) => cut(`    ${toLine(item)}`, columns)),
    ...(rest > 0 ? [`    … ${formatCount(rest)} more`] : []),
  ];
}

function runningLine({ since, late, ...sync }: RunningSync, { now, colors, columns }: TableFrame): string {
  const age = formatDuration(now - Date.parse(since)).padStart(7);
  return `${nameCell(sync, columns)} ${age}${late ? colors.yellow('  later than usual') : ''}`;
}

function failedLine({ outcome, executionId, ...sync }: FailedSync, { colors, columns }: TableFrame): string {
  const title = nameCell(sync, columns);
  return `${title} ${colors.red(outcome)}${executionId ? `  ${colors.dim(executionId)}` : ''}`;
}

/** Leaves room for what stands behind it. */
const nameWidthOf = (columns: number): number => Math.min(40, Math.max(12, Math.floor(columns / 2)));

function nameCell({ stepId, name, syncId }: Pick<RunningSync, 'stepId' | 'name' | 'syncId'>, columns: number): string {
  const width = nameWidthOf(columns);
  return padTo(toCell(stepId ?? (name || syncId), width), width);
}

function endText(status: string, exitCode: number, colors: Colors): string {
  return exitCode === 0 ? colors.green(`✓ ${status}`) : colors.red(`✗ ${status}`);
}

function leftText(end: number, now: number): string {
  return end > now + 1_000 ? `about ${formatDuration(end - now)} left` : 'about to end';
}

function bar(share: number, width: number, colors: Colors): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return colors.green('█'.repeat(full)) + colors.dim('░'.repeat(width - full));
}

const escape = '\u001b';
/** Colors take no room. */
const colorCode = new RegExp(`(${escape}\\[[0-9;]*m)`);

/** Cuts a line to the width of the terminal, colors not counted, so that it never wraps. */
export function cut(line: string, columns: number): string {
  let text = '';
  let room = columns - 1;
  for (const [at, part] of line.split(colorCode).entries()) {
    // Every second part is a color.
    if (at % 2 === 0) {
      for (const letter of lettersOf(part)) {
        room -= widthOf(letter);
        if (room < 0) return `${text}…${at > 0 ? `${escape}[0m` : ''}`;
        text += letter;
      }
    } else text += part;
  }
  return text;
}
