/** Colors, times and cells of the text that people read. */
import pc from 'picocolors';
import type { RootOptions } from './root-options';
import { cutTo } from './text-width';

/** The colors of picocolors, or functions that leave text as it is. */
export type Colors = ReturnType<typeof pc.createColors>;

/** Colors where they are wanted and can be shown: `--color`, then `NO_COLOR` and `FORCE_COLOR`, then the stream itself. */
export function createColors(mode: RootOptions['color'], env: NodeJS.ProcessEnv, isTerminal: boolean): Colors {
  const { NO_COLOR, FORCE_COLOR } = env;
  const forced = FORCE_COLOR ? !/^(0|false)$/.test(FORCE_COLOR) : undefined;
  const wanted = NO_COLOR ? false : (forced ?? isTerminal);
  return pc.createColors(mode === 'auto' ? wanted : mode === 'always');
}

/** How an outcome is marked, with a sign for who sees no color. */
export function markOutcome(outcome: string, colors: Colors): string {
  if (outcome === 'completed') return colors.green('✓ completed');
  if (outcome === 'completedWithErrors') return colors.yellow('✓ completed with errors');
  if (outcome === 'skipped') return colors.dim('- skipped');
  if (outcome === 'canceled') return colors.yellow('■ canceled');
  const words: Record<string, string> = { partiallyFailed: 'partially failed', timedOut: 'timed out' };
  return colors.red(`✗ ${words[outcome] ?? outcome}`);
}

const steps: [number, string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
];

/** A length of time in its two largest units: `3m 12s`. */
export function formatDuration(ms: number): string {
  const at = steps.findIndex(([size]) => ms >= size);
  if (at < 0) return '0s';
  const [size, unit] = steps[at] ?? [1_000, 's'];
  const [nextSize, nextUnit] = steps[at + 1] ?? [Infinity, ''];
  const rest = Math.floor((ms % size) / nextSize);
  return `${Math.floor(ms / size)}${unit}${rest > 0 ? ` ${rest}${nextUnit}` : ''}`;
}

/** A time as `--time-format` says; `-` for none. */
export function formatTime(
  time: string | Date | null | undefined,
  format: RootOptions['timeFormat'],
  now: number,
): string {
  if (time === null || time === undefined) return '-';
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '-';
  if (format !== 'relative') return date.toISOString();
  const ms = now - date.getTime();
  if (Math.abs(ms) < 1_000) return 'now';
  return ms > 0 ? `${formatDuration(ms)} ago` : `in ${formatDuration(-ms)}`;
}

/** Whole numbers with separators, as a report has them; `-` where none is known. */
export function formatCount(count: number | null | undefined): string {
  return count === null || count === undefined ? '-' : count.toLocaleString('en-US');
}

/** Text of others on one line, without what would steer a terminal. */
export function toLine(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ');
}

/** The same, cut to a width. */
export function toCell(text: string, width = 60): string {
  return cutTo(toLine(text), width);
}
