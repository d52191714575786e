/** Reads the lengths of time that inputs and settings take. Pure, so that workflow code may use it too. */
import ms from 'ms';

/** Of a whole workflow, when the input names no `timeout`: 7 days. */
export const defaultTimeoutMs = 7 * 86_400_000;
/** The longest that may be asked for, ten years: beyond it a slip in the unit is likelier than an intention. */
export const longestTimeoutMs = 10 * 366 * 86_400_000;

/** Longest duration that is understood: what a Date can hold. */
const longestMs = 8.64e15;

const isoDuration = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const isoUnitsMs = [7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000];

/** What {@link toMilliseconds} takes, for messages. */
export const expectedDuration = "a duration: milliseconds, a string such as '2 hours', or ISO 8601 such as 'PT2H'";

/**
 * Milliseconds (whole, zero or more) of a number of milliseconds, of a string as Temporal takes it (`'2 hours'`, `'90s'`),
 * or of an ISO 8601 duration in weeks, days, hours, minutes, seconds (`'PT2H'`, `'P1DT30M'`). Undefined for everything
 * else; also for ISO years and months, whose length varies.
 */
export function toMilliseconds(value: unknown): number | undefined {
  const length = typeof value === 'string' ? fromText(value.trim()) : value;
  if (typeof length !== 'number' || !(length >= 0 && length <= longestMs)) return undefined;
  return Math.round(length);
}

function fromText(text: string): number | undefined {
  if (text.startsWith('P')) return fromIso(text);
  return text === '' ? undefined : (ms as (text: string) => number | undefined)(text);
}

function fromIso(text: string): number | undefined {
  const parts = isoDuration.exec(text)?.slice(1);
  if (!parts?.some((part) => part !== undefined) || text.endsWith('T')) return undefined;
  return parts.reduce((sum, part, index) => sum + Number(part ?? 0) * (isoUnitsMs[index] ?? 0), 0);
}
