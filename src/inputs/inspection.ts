/** Shapes of the inputs and results of the workflows that only read, for their JSON Schemas. */
import { z } from 'zod';
import type {
  CheckPolytomicSetupInput,
  LastRun,
  ListPolytomicSyncsInput,
  OrganizationSetup,
  PolytomicSetup,
  PolytomicSyncs,
} from '../contracts/inspection';
import { id, strict, text } from './fields';
import { lazy } from './lazy';
import type { Fields } from './shared-run-fields';
import { syncFilter } from './sync-filter';

const kind = (): z.ZodEnum<{ model: 'model'; bulk: 'bulk' }> => z.enum(['model', 'bulk']);

/** Input of `listPolytomicSyncs`. */
export const listPolytomicSyncsInput = lazy(
  () =>
    strict({
      organization: text().optional(),
      kind: kind(),
      filter: syncFilter().optional(),
      after: id().optional(),
      lastRuns: z.boolean().optional(),
    } satisfies Fields<ListPolytomicSyncsInput>) satisfies z.ZodType<ListPolytomicSyncsInput>,
);

const lastRun = lazy(
  () =>
    z.object({
      executionId: z.string(),
      status: z.string(),
      phase: z.enum(['waiting', 'running', 'ended']),
      ending: z.enum(['completed', 'partial', 'failed', 'canceled', 'unknown']).optional(),
      startedAt: z.string().nullable(),
      completedAt: z.string().nullable(),
      records: z.number().nullable(),
    } satisfies Fields<LastRun>) satisfies z.ZodType<LastRun>,
);

/** Result of `listPolytomicSyncs`. */
export const polytomicSyncs = lazy(
  () =>
    z.object({
      kind: kind(),
      ids: z.array(z.string()),
      names: z.array(z.string()),
      active: z.array(z.boolean()),
      connections: z.array(z.string()),
      source: z.array(z.int()),
      target: z.array(z.int()),
      total: z.int(),
      nextAfter: z.string().nullable(),
      missing: z.array(z.string()),
      complete: z.boolean(),
      lastRuns: z.array(lastRun().nullable()).optional(),
    } satisfies Fields<PolytomicSyncs>) satisfies z.ZodType<PolytomicSyncs>,
);

/** Input of `checkPolytomicSetup`. */
export const checkPolytomicSetupInput = lazy(
  () =>
    strict({
      organization: text().optional(),
    } satisfies Fields<CheckPolytomicSetupInput>) satisfies z.ZodType<CheckPolytomicSetupInput>,
);

const organizationSetup = lazy(() =>
  z.object({
    name: z.string(),
    url: z.string(),
    apiVersion: z.string(),
    identity: z
      .object({
        organizationId: z.string().nullable(),
        organizationName: z.string().nullable(),
        mode: z.string().nullable(),
      })
      .nullable(),
    failure: z.object({ type: z.string(), message: z.string(), nonRetryable: z.boolean() }).nullable(),
    clockAheadMs: z.number().nullable(),
    allowed: z.record(z.string(), z.boolean()),
  } satisfies Record<keyof OrganizationSetup, z.ZodType>),
);

/** Result of `checkPolytomicSetup`. */
export const polytomicSetup = lazy(() =>
  z.object({
    version: z.string(),
    node: z.string(),
    now: z.string(),
    waitTaskQueue: z.string().nullable(),
    organizations: z.array(organizationSetup()),
  } satisfies Record<keyof PolytomicSetup, z.ZodType>),
);
