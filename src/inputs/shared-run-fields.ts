/** Shapes of the fields that every input of runs understands. */
import { z } from 'zod';
import type { RetryInput, SharedRunInput } from '../contracts/run-inputs';
import { toMilliseconds } from '../rules/duration';
import { count, duration, evenIfWrong, strict, text, time } from './fields';
import { lazy } from './lazy';

/** A shape for every field of an input, so that none is forgotten. */
export type Fields<T> = { [K in keyof Required<T>]: z.ZodType<T[K]> };

const disposition = lazy(() => z.enum(['cancelOwn', 'leaveRunning']).optional());

const warnAfter = lazy(() =>
  z.union([duration(), strict({ timesMedian: z.number().gt(0, 'a number above 0') })], {
    error: "a duration such as '2 hours', or { timesMedian: a number above 0 }",
  }),
);

/** More reads would leave nothing of the budget for finding ends; a timer of Node holds no longer time. */
const liveCountsMs = { min: 10_000, max: 24 * 86_400_000 };

const liveCounts = lazy(() =>
  duration().refine((value) => {
    const ms = toMilliseconds(value) ?? 0;
    return ms >= liveCountsMs.min && ms <= liveCountsMs.max;
  }, 'expected 10 seconds to 24 days'),
);

/** Runs may go unread for ten minutes, and many count in large steps. */
const minStalledMs = 15 * 60_000;

const stalledAfter = lazy(() =>
  duration().refine((value) => (toMilliseconds(value) ?? 0) >= minStalledMs, 'expected 15 minutes or more'),
);

/** More attempts than these are a schedule, not a retry; each adds events to a history. */
const maxAttempts = 20;

const attempts = `a whole number from 1 to ${maxAttempts}`;

const retry = lazy(() =>
  strict({
    attempts: z.int(attempts).min(1, attempts).max(maxAttempts, attempts),
    delay: duration().optional(),
    on: z
      .array(z.enum(['failed', 'partiallyFailed', 'timedOut']))
      .min(1, 'at least one outcome')
      .refine((outcomes) => new Set(outcomes).size === outcomes.length, 'expected each outcome once')
      .optional(),
  } satisfies Fields<RetryInput>),
);

const aboveZero = 'a number above 0, up to 1';

/** The fields of {@link SharedRunInput}, to be spread into shapes of whole inputs. */
export const sharedRunFields = lazy(
  () =>
    ({
      organization: text().optional(),
      ifRunning: z.enum(['waitThenStart', 'attach', 'fail', 'skip']).optional(),
      startedAfter: time().optional(),
      timeout: duration().optional(),
      onCancel: disposition(),
      onTimeout: disposition(),
      warnAfter: warnAfter().optional(),
      liveCounts: liveCounts().optional(),
      onFailure: z.enum(['throw', 'return']).optional(),
      maxErrorRecords: count().optional(),
      maxErrorRatio: z.number().min(0, 'a number from 0 to 1').max(1, 'a number from 0 to 1').optional(),
      maxWarnings: count().optional(),
      minRecords: count().optional(),
      minRecordsRatio: z.number(aboveZero).gt(0, aboveZero).max(1, aboveZero).optional(),
      errorText: z.enum(['include', 'omit']).optional(),
      ifInactive: z.enum(['fail', 'run', 'activate']).optional(),
      stalledAfter: stalledAfter().optional(),
      onStalled: z.enum(['report', 'cancel', 'restart']).optional(),
      checkConnections: z.boolean().optional(),
      retry: retry().optional(),
      timeoutPerAttempt: duration().optional(),
      notify: z.array(text()).max(20, 'at most 20 names').optional(),
    }) satisfies Fields<SharedRunInput>,
);

/** How many times failed schemas are run again. More rounds are not a retry any more; each adds events to a history. */
export const schemaRetries = lazy(() => count(100).optional());

/** An input with fields of {@link SharedRunInput}, some of which make sense only together. */
export function runInput<S extends z.core.$ZodLooseShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  return strict(shape).superRefine((input, context) => {
    const { retry: asked, timeoutPerAttempt, onTimeout, ...rest } = input as Partial<SharedRunInput>;
    if (rest.onStalled !== undefined && rest.stalledAfter === undefined) {
      context.addIssue({ code: 'custom', path: ['onStalled'], message: 'needs stalledAfter' });
    }
    if (!Array.isArray(asked?.on) || !asked.on.includes('timedOut')) return;
    const refuse = (message: string): void => {
      context.addIssue({ code: 'custom', path: ['retry', 'on'], message });
    };
    if (timeoutPerAttempt === undefined) refuse("'timedOut' needs timeoutPerAttempt, by which an attempt ends");
    else if (onTimeout === 'leaveRunning') {
      refuse("'timedOut' needs onTimeout 'cancelOwn', as no attempt begins while the one before runs");
    }
  }, evenIfWrong);
}
