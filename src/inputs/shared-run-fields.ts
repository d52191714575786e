/** Shapes of the fields that every input of runs understands. */
import { z } from 'zod';
import type { SharedRunInput } from '../contracts/run-inputs';
import { count, duration, strict, text, time } from './fields';
import { lazy } from './lazy';
import { toMilliseconds } from '../rules/duration';

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
      minRecords: count().optional(),
      errorText: z.enum(['include', 'omit']).optional(),
      ifInactive: z.enum(['fail', 'run', 'activate']).optional(),
      notify: z.array(text()).max(20, 'at most 20 names').optional(),
    }) satisfies Fields<SharedRunInput>,
);

/** How many times failed schemas are run again. More rounds are not a retry any more; each adds events to a history. */
export const schemaRetries = lazy(() => count(100).optional());
