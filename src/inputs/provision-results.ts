/** Shapes of the results of the provisioning workflows, for their JSON Schemas: nothing parses a result at run time. */
import { z } from 'zod';
import type { DriftResult, ExportResult, ProvisionResult } from '../contracts/provision';
import type { ProvisionPlan } from '../contracts/provision-plan';
import { provisionKinds } from '../contracts/provision-spec';
import { lazy } from './lazy';

const kind = (): z.ZodType => z.enum(provisionKinds);
const fieldChange = lazy(() => z.object({ path: z.string(), before: z.unknown(), after: z.unknown() }));

const actions = ['create', 'adopt', 'update', 'rename', 'replace', 'unchanged', 'delete', 'blocked'] as const;

/** Result of `planPolytomic`. */
export const provisionPlan = lazy(() =>
  z.object({
    organization: z.string(),
    set: z.string(),
    hash: z.string(),
    ownership: z.enum(['known', 'unknown']),
    changes: z.array(
      z.object({
        address: z.string(),
        kind: kind(),
        name: z.string(),
        id: z.string().nullable(),
        action: z.enum(actions),
        fields: z.array(fieldChange()),
        fieldCount: z.int(),
        reason: z.string().nullable(),
        failure: z.string().nullable(),
        problems: z.array(z.string()),
        waits: z.array(z.string()),
        loses: z.array(z.string()),
      }),
    ),
    omitted: z.int(),
    counts: z.record(z.enum(actions), z.int()),
    empty: z.boolean(),
  } satisfies Record<keyof ProvisionPlan, z.ZodType>),
);

/** Result of `provisionPolytomic` and `deprovisionPolytomic`. */
export const provisionResult = lazy(() =>
  z.object({
    organization: z.string(),
    set: z.string(),
    specHash: z.string(),
    resources: z.record(
      z.string(),
      z.object({
        id: z.string().nullable(),
        action: z.enum(['created', 'updated', 'unchanged', 'adopted', 'deleted', 'left', 'failed', 'skipped']),
        reason: z.string().optional(),
        replaced: z.string().optional(),
        run: z.object({ executionId: z.string().nullable(), outcome: z.string() }).optional(),
      }),
    ),
  } satisfies Record<keyof ProvisionResult, z.ZodType>),
);

/** Result of `checkPolytomicDrift`. */
export const driftResult = lazy(() =>
  z.object({
    organization: z.string(),
    set: z.string(),
    drifted: z.boolean(),
    resources: z.array(
      z.object({
        address: z.string(),
        id: z.string().nullable(),
        name: z.string(),
        state: z.enum(['missing', 'changed', 'pending', 'unmanaged']),
        fields: z.array(fieldChange()),
        reason: z.string().nullable(),
      }),
    ),
    omitted: z.int(),
  } satisfies Record<keyof DriftResult, z.ZodType>),
);

/** Result of `exportPolytomic`. */
export const exportResult = lazy(() =>
  z.object({
    organization: z.string(),
    spec: z.record(z.string(), z.unknown()),
    secrets: z.array(z.object({ env: z.string(), address: z.string(), path: z.string() })),
    incomplete: z.array(kind()).optional(),
  } satisfies Record<keyof ExportResult, z.ZodType>),
);
