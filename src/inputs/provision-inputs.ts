/** Shapes of the provisioning workflows' inputs, and of a spec's own words. */
import { z } from 'zod';
import type {
  CheckPolytomicDriftInput,
  DeprovisionPolytomicInput,
  ExportPolytomicInput,
  PlanPolytomicInput,
  ProvisionPolytomicInput,
  SharedProvisionInput,
} from '../contracts/provision';
import { provisionKinds, type ProvisionSpec, type SpecInput, type SpecObject } from '../contracts/provision-spec';
import { duration, evenIfWrong, strict, text } from './fields';
import { givenId } from './given-id';
import { lazy } from './lazy';
import type { Fields } from './shared-run-fields';

const adopt = lazy(() => z.enum(['never', 'byName']).optional());
const approve = lazy(() => z.enum(['never', 'destructive', 'always']).optional());
const notify = lazy(() => z.array(text()).max(20, 'at most 20 names').optional());
const address = lazy(() =>
  z.string().regex(/^(connections|models|modelSyncs|bulkSyncs)\.[^.]+$/, 'an address such as connections.warehouse'),
);
/** Logical names stand in addresses and references. */
const logicalName = lazy(() =>
  z.string().regex(/^[A-Za-z_][\w-]{0,99}$/, 'a name of letters, digits, _ and -, at most 100'),
);
const setName = lazy(() => z.string().regex(/^[\w-]{1,100}$/, 'letters, digits, _ and -, at most 100'));

const words = {
  id: () => givenId().optional(),
  protect: () => z.boolean().optional(),
  adopt: () => adopt(),
  replace: () => z.boolean().optional(),
};

/** @param required what an object says that is not there yet; one with an id may say nothing else. */
const ofObject = (
  more: Record<string, z.ZodType> = {},
  required: readonly string[] = ['name'],
): z.ZodType<SpecObject, SpecObject> =>
  z
    .looseObject({
      ...Object.fromEntries(Object.entries(words).map(([name, shape]) => [name, shape()])),
      ...Object.fromEntries(required.map((name) => [name, text().optional()])),
      ...more,
    })
    .superRefine((object, context) => {
      if (object.id !== undefined) return;
      const message = 'missing; expected a string that is not empty';
      for (const name of required)
        if (object[name] === undefined) context.addIssue({ code: 'custom', path: [name], message });
    }, evenIfWrong);

const ofSync = lazy(() => ({
  active: z.boolean().optional(),
  run: z.boolean().optional(),
  errorHandling: z.record(z.string(), z.unknown()).optional(),
}));

const schemasOfSpec = lazy(() =>
  z.union([z.literal('all'), z.array(z.union([text(), z.looseObject({ id: text() })]))], {
    error: "'all', or a list of ids, globs and objects with an id",
  }),
);

const section = (object: z.ZodType<SpecObject, SpecObject>) => z.record(logicalName(), object).optional();

/** The outer form of a spec whose variables are filled in; bodies are checked with the shapes of the API's operations. */
export const provisionSpec = lazy(
  () =>
    strict({
      // Editors find the published schema by it.
      $schema: z.string().optional(),
      name: setName().optional(),
      adopt: adopt(),
      connections: section(ofObject({}, ['name', 'type'])),
      models: section(ofObject()),
      modelSyncs: section(ofObject(ofSync())),
      bulkSyncs: section(ofObject({ ...ofSync(), schemas: schemasOfSpec().optional() })),
      moved: z.array(strict({ from: address(), to: address() })).optional(),
    }) satisfies z.ZodType<ProvisionSpec>,
);

/** Any form of a spec: its content is checked on its own, so that errors can name lines. */
const specInput = lazy(() =>
  z
    .custom<SpecInput>(
      (value) =>
        typeof value === 'string' ||
        (Array.isArray(value) ? value.every(isSpecFile) : typeof value === 'object' && value !== null),
      { error: 'expected a spec: an object, a text in YAML or JSON, or a list of { file, text }' },
    )
    .meta({
      type: ['object', 'string', 'array'],
      description: 'A spec: an object, a text in YAML or JSON, or a list of { file, text }.',
    }),
);

function isSpecFile(value: unknown): boolean {
  const { file, text: content } = (value ?? {}) as { file?: unknown; text?: unknown };
  return typeof file === 'string' && typeof content === 'string';
}

const shared = lazy(
  () =>
    ({
      spec: specInput(),
      variables: z.record(z.string(), z.unknown()).optional(),
      organization: text().optional(),
    }) satisfies Fields<SharedProvisionInput>,
);

const planned = lazy(() => ({ ...shared(), adopt: adopt(), prune: z.boolean().optional() }));

const approved = lazy(() => ({
  approve: approve(),
  approvalTimeout: duration().optional(),
  notify: notify(),
  timeout: duration().optional(),
}));

const deleteAdopted = lazy(() =>
  z.array(address().max(255, 'at most 255 characters')).max(1_000, 'at most 1,000 addresses').optional(),
);

/** Input of `planPolytomic`. */
export const planPolytomicInput = lazy(
  () =>
    strict({
      ...planned(),
      destroy: z.boolean().optional(),
      deleteAdopted: deleteAdopted(),
    } satisfies Fields<PlanPolytomicInput>).superRefine(({ destroy, ...input }, context) => {
      const misplaced = destroy ? (['adopt', 'prune'] as const) : (['deleteAdopted'] as const);
      const message = `${destroy ? 'cannot be given' : 'is only for a plan'} with destroy`;
      for (const field of misplaced) {
        if (field in input) context.addIssue({ code: 'custom', path: [field], message });
      }
    }, evenIfWrong) satisfies z.ZodType<PlanPolytomicInput>,
);

/** Input of `provisionPolytomic`. */
export const provisionPolytomicInput = lazy(() =>
  strict({
    ...planned(),
    ...approved(),
    planHash: text().optional(),
    rollback: z.boolean().optional(),
    maxConcurrent: z
      .int('a whole number from 1 to 50')
      .min(1, 'a whole number from 1 to 50')
      .max(50, 'a whole number from 1 to 50')
      .optional(),
  } satisfies Fields<ProvisionPolytomicInput>),
);

/** Input of `deprovisionPolytomic`. */
export const deprovisionPolytomicInput = lazy(() =>
  strict({
    ...shared(),
    ...approved(),
    deleteAdopted: deleteAdopted(),
    planHash: text().optional(),
  } satisfies Fields<DeprovisionPolytomicInput>),
);

/** Input of `checkPolytomicDrift`. */
export const checkPolytomicDriftInput = lazy(() =>
  strict({ ...shared(), notify: notify() } satisfies Fields<CheckPolytomicDriftInput>),
);

/** Input of `exportPolytomic`. */
export const exportPolytomicInput = lazy(() =>
  strict({
    organization: text().optional(),
    kinds: z.array(z.enum(provisionKinds)).optional(),
    names: z.array(text()).max(100, 'at most 100 globs').optional(),
    set: setName().optional(),
  } satisfies Fields<ExportPolytomicInput>),
);
