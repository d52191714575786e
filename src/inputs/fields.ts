/** Shapes of single fields that several inputs share. Messages complete the sentence "expected …". */
import { z } from 'zod';
import type { Duration } from '../contracts/duration';
import { expectedDuration, longestTimeoutMs, toMilliseconds } from '../rules/duration';

/** An object that refuses fields it does not know, by name, telling which there are. */
export function strict<S extends z.core.$ZodLooseShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `unknown field; there are ${known}` : undefined),
  });
}

/** Lets a check of several fields run even where single fields are wrong, so that one error tells everything. */
export const evenIfWrong = {
  when: ({ value }: z.core.ParsePayload): boolean => typeof value === 'object' && value !== null,
};

/** An id that becomes a part of a URL's path, and must not lead out of it. White space around it is a slip in the caller. */
export function id(): z.ZodString {
  const expected = 'an id: 1 to 255 characters, no slashes, control characters or white space around it';
  return z.string().regex(/^(?!\.{1,2}$|\s|.*\s$)[^/\\\p{Cc}]{1,255}$/u, expected);
}

/** Longest name, glob, organization or target that an input may hold, characters. */
const maxTextLength = 255;

/** Longest path or URL in a setting, characters. */
export const maxPathLength = 4_096;

/** A text that says something. */
export function text(maxLength: number = maxTextLength): z.ZodString {
  const expected = `a string of 1 to ${maxLength} characters`;
  return z.string().min(1, expected).max(maxLength, expected);
}

/** What the check by a function cannot tell a JSON Schema. */
const durationSchema = {
  type: ['string', 'number'],
  description:
    "A length of time: milliseconds, a text with its unit ('2 hours', '90s') or an ISO 8601 duration ('PT2H', not years " +
    'or months); more than zero, at most ten years.',
};

/** A duration longer than nothing and at most ten years. */
export function duration(): z.ZodCustom<Duration, Duration> {
  return z
    .custom<Duration>(
      (value) => {
        const length = toMilliseconds(value);
        return length !== undefined && length > 0 && length <= longestTimeoutMs;
      },
      { error: `expected ${expectedDuration}; more than zero, at most ten years` },
    )
    .meta(durationSchema);
}

/** A point in time that names its offset. */
export function time(): z.ZodType<string> {
  return z.iso.datetime({ offset: true, error: "an RFC 3339 time such as '2026-11-22T10:00:00Z'" });
}

/** A whole number from zero. */
export function count(most: number = Number.MAX_SAFE_INTEGER): z.ZodNumber {
  const message = most === Number.MAX_SAFE_INTEGER ? 'a whole number, 0 or more' : `a whole number from 0 to ${most}`;
  return z.int(message).min(0, message).max(most, message);
}

/** Inputs cross into histories several times, where single payloads have a limit. */
const largestBytes = 200 * 1024;

/** Refines a field that may hold much; `instead` says what to do where it holds too much. */
export function notTooLarge(instead: string): (value: unknown, context: z.core.$RefinementCtx) => void {
  return (value, context) => {
    if (Buffer.byteLength(JSON.stringify(value)) <= largestBytes) return;
    context.addIssue({ code: 'custom', message: `expected at most ${largestBytes} bytes of JSON; ${instead}` });
  };
}
