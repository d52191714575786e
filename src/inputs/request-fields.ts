/** Shapes of fields that requests of composite activities share. Most hold what Polytomic answered, so they only bound it. */
import { z } from 'zod';
import type { UsualDuration } from '../contracts/sync-snapshot';
import type { SyncKind } from '../contracts/sync-kind';
import type { ErrorText } from '../contracts/waits';
import { lazy } from './lazy';
import type { Fields } from './shared-run-fields';

/** A time span beyond this is a slip, milliseconds: ten years. */
const maxSpanMs = 3_650 * 86_400_000;

/** Texts that may be empty: Polytomic chose them. */
export function anyText(maxLength = 255): z.ZodString {
  return z.string().max(maxLength, `a string of at most ${maxLength} characters`);
}

/** A list of at most so many entries. */
export function listOf<T>(entry: z.ZodType<T>, maxLength: number): z.ZodArray<z.ZodType<T>> {
  return z.array(entry).max(maxLength, `a list of at most ${maxLength} entries`);
}

/** A length of time in milliseconds. */
export function span(maxMs: number = maxSpanMs): z.ZodNumber {
  const expected = `a number of milliseconds from 0 to ${maxMs}`;
  return z.number(expected).min(0, expected).max(maxMs, expected);
}

/** Milliseconds since the epoch that a Date can hold. */
export function epochMs(): z.ZodNumber {
  const expected = 'milliseconds since the epoch';
  return z.number(expected).min(-8.64e15, expected).max(8.64e15, expected);
}

export const kind = lazy((): z.ZodType<SyncKind> => z.enum(['model', 'bulk']));
export const errorText = lazy((): z.ZodType<ErrorText> => z.enum(['include', 'omit']));

/** Polytomic's times are kept as it wrote them; what is no date is taken as not told. */
export const reportedTime = lazy(() => anyText(100).nullable());

export const usualDuration = lazy(
  () =>
    z.strictObject({
      medianMs: z.number(),
      sigma: z.number(),
      runs: z.number(),
    } satisfies Fields<UsualDuration>) satisfies z.ZodType<UsualDuration>,
);
