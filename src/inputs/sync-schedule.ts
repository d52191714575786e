/** Shapes of the input and result of `changePolytomicSchedule`. */
import { z } from 'zod';
import type { ChangePolytomicScheduleInput, PolytomicScheduleChange } from '../contracts/sync-schedule';
import { strict, text } from './fields';
import { givenId } from './given-id';
import { lazy } from './lazy';
import type { Fields } from './shared-run-fields';

const kind = lazy(() => z.enum(['model', 'bulk']));
const fields = lazy(() => z.record(z.string(), z.unknown()));

/** Input of `changePolytomicSchedule`. */
export const changePolytomicScheduleInput = lazy(
  () =>
    strict({
      organization: text().optional(),
      kind: kind(),
      syncId: givenId(),
      schedule: z.union([z.literal('manual'), fields()], { error: "'manual', or the fields of an answer" }),
      dryRun: z.boolean().optional(),
    } satisfies Fields<ChangePolytomicScheduleInput>) satisfies z.ZodType<ChangePolytomicScheduleInput>,
);

/** Result of `changePolytomicSchedule`. */
export const polytomicScheduleChange = lazy(() =>
  z.object({
    organization: z.string(),
    kind: kind(),
    syncId: z.string(),
    name: z.string(),
    before: fields(),
    wasManual: z.boolean(),
    changed: z.boolean(),
  } satisfies Record<keyof PolytomicScheduleChange, z.ZodType>),
);
